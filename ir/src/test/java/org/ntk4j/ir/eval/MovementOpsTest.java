package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.eval.Eval.assertDoubles;
import static org.ntk4j.ir.eval.Eval.assertLongs;
import static org.ntk4j.ir.eval.Eval.counting;
import static org.ntk4j.ir.eval.Eval.f64;
import static org.ntk4j.ir.eval.Eval.i32;
import static org.ntk4j.ir.eval.Eval.i64;
import static org.ntk4j.ir.eval.Eval.one;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Transpose;

class MovementOpsTest {
  private static final List<Long> ONES = List.of(1L, 1L);

  @Test
  void broadcast_repeats_missing_axes() {
    Tensor x = f64(1, 2);
    assertDoubles(one(new Broadcast(Shape.of(2, 3), List.of(0)), x), 1, 1, 1, 2, 2, 2);
    assertDoubles(one(new Broadcast(Shape.of(3, 2), List.of(1)), x), 1, 2, 1, 2, 1, 2);
    assertDoubles(one(new Broadcast(Shape.of(2), List.of()), Tensor.scalar(7)), 7, 7);
    assertDoubles(one(new Broadcast(Shape.of(0, 2), List.of(1)), x));
  }

  @Test
  void broadcast_of_a_large_axis() {
    Tensor y = one(new Broadcast(Shape.of(50, 40, 60), List.of(0, 2)), counting(50, 60));
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 40; j++) {
        for (int k = 0; k < 60; k++) {
          assertEquals(i * 60 + k, y.getLong((i * 40L + j) * 60 + k));
        }
      }
    }
  }

  @Test
  void reshape_keeps_the_order() {
    assertDoubles(one(new Reshape(Shape.of(3, 2)), counting(2, 3)), 0, 1, 2, 3, 4, 5);
  }

  @Test
  void transpose_permutes_axes() {
    assertDoubles(one(new Transpose(List.of(1, 0)), counting(2, 3)), 0, 3, 1, 4, 2, 5);
    assertLongs(
        one(new Transpose(List.of(1, 0)), Tensor.of(new boolean[] {true, false}, 1, 2)), 1, 0);
  }

  @Test
  void transpose_of_every_permutation_of_three_axes() {
    Tensor x = counting(37, 5, 70);
    for (List<Integer> p :
        List.of(
            List.of(0, 1, 2),
            List.of(0, 2, 1),
            List.of(1, 0, 2),
            List.of(1, 2, 0),
            List.of(2, 0, 1),
            List.of(2, 1, 0))) {
      Tensor y = one(new Transpose(p), x);
      long[] strides = x.shape().strides();
      long at = 0;
      for (long i = 0; i < y.shape().dim(0); i++) {
        for (long j = 0; j < y.shape().dim(1); j++) {
          for (long k = 0; k < y.shape().dim(2); k++) {
            long from = i * strides[p.get(0)] + j * strides[p.get(1)] + k * strides[p.get(2)];
            assertEquals(from, y.getLong(at++), p::toString);
          }
        }
      }
    }
  }

  @Test
  void slice_takes_every_stride_th() {
    Slice op = new Slice(List.of(0L, 1L), List.of(2L, 5L), List.of(1L, 2L));
    assertDoubles(one(op, counting(3, 5)), 1, 3, 6, 8);
    Slice empty = new Slice(List.of(1L, 1L), List.of(1L, 5L), ONES);
    assertDoubles(one(empty, counting(3, 5)));
  }

  @Test
  void dynamic_slice_clamps_its_start() {
    DynamicSlice op = new DynamicSlice(Shape.of(2, 2));
    assertDoubles(one(op, counting(3, 4), i32(1, 1)), 5, 6, 9, 10);
    assertDoubles(one(op, counting(3, 4), i64(-5, Long.MAX_VALUE)), 2, 3, 6, 7);
  }

  @Test
  void dynamic_update_slice_replaces_a_block() {
    Tensor x = Tensor.zeros(DType.F64, Shape.of(2, 3));
    Tensor u = Tensor.of(new double[] {1, 2}, 1, 2);
    assertDoubles(one(new DynamicUpdateSlice(), x, u, i64(1, 0)), 0, 0, 0, 1, 2, 0);
    assertDoubles(one(new DynamicUpdateSlice(), x, u, i64(9, 9)), 0, 0, 0, 0, 1, 2);
  }

  @Test
  void pad_adds_cuts_and_spreads() {
    Tensor v = Tensor.scalar(9);
    assertDoubles(one(new Pad(List.of(1L), List.of(2L), List.of(0L)), f64(1, 2), v), 9, 1, 2, 9, 9);
    assertDoubles(one(new Pad(List.of(0L), List.of(0L), List.of(2L)), f64(1, 2), v), 1, 9, 9, 2);
    assertDoubles(one(new Pad(List.of(-1L), List.of(1L), List.of(0L)), f64(1, 2), v), 2, 9);
    assertDoubles(one(new Pad(List.of(-1L), List.of(-1L), List.of(2L)), f64(1, 2), v), 9, 9);
    assertDoubles(
        one(new Pad(List.of(-2L), List.of(1L), List.of(1L)), f64(1, 2, 3), v), 2, 9, 3, 9);
    assertDoubles(one(new Pad(List.of(2L), List.of(0L), List.of(3L)), f64(), v), 9, 9);
    Pad two = new Pad(List.of(1L, 0L), List.of(0L, -1L), List.of(0L, 1L));
    assertDoubles(one(two, counting(2, 2), v), 9, 9, 0, 9, 2, 9);
  }

  @Test
  void concatenate_puts_operands_side_by_side() {
    Tensor x = counting(2, 1);
    Tensor y = Tensor.of(new double[] {5, 6, 7, 8}, 2, 2);
    assertDoubles(one(new Concatenate(1), x, y), 0, 5, 6, 1, 7, 8);
    assertDoubles(one(new Concatenate(0), f64(), f64(1), f64(2, 3)), 1, 2, 3);
  }

  @Test
  void reverse_turns_axes_around() {
    assertDoubles(one(new Reverse(List.of(1)), counting(2, 3)), 2, 1, 0, 5, 4, 3);
    assertDoubles(one(new Reverse(List.of(0, 1)), counting(2, 3)), 5, 4, 3, 2, 1, 0);
    assertDoubles(one(new Reverse(List.of(0)), f64()));
  }

  @Test
  void gather_reads_zero_out_of_range() {
    Tensor x = counting(3, 2);
    assertDoubles(one(new Gather(0, 0), x, i32(2, 0, 3, -1)), 4, 5, 0, 1, 0, 0, 0, 0);
    assertDoubles(one(new Gather(1, 0), x, i64(1)), 1, 3, 5);
    Tensor rows = Tensor.of(new long[] {0, 1, 2, 0}, 2, 2);
    assertDoubles(one(new Gather(0, 0), f64(7, 8, 9), rows), 7, 8, 9, 7);
  }

  @Test
  void gather_with_a_batch_axis() {
    Tensor ids = Tensor.of(new long[] {1, 0, 2, 2}, 2, 2);
    assertDoubles(one(new Gather(1, 1), counting(2, 3), ids), 1, 0, 5, 5);
  }

  @Test
  void scatter_add_sums_equal_ids_and_drops_others() {
    Tensor u = f64(1, 2, 4, 8, 16);
    assertDoubles(one(new ScatterAdd(0, 0, 3), i64(2, 0, 2, 3, -1), u), 2, 0, 5);
    assertDoubles(
        one(new ScatterAdd(0, 0, 2), i32(1, 1), Tensor.of(new double[] {1, 2, 3, 4}, 2, 2)),
        0,
        0,
        4,
        6);
    assertLongs(one(new ScatterAdd(0, 0, 1), i32(0, 0), i64(Long.MAX_VALUE, 1)), Long.MIN_VALUE);
  }

  @Test
  void scatter_add_is_the_adjoint_of_gather_with_batch_and_inner_axes() {
    var random = new java.util.SplittableRandom(5);
    Tensor x = Eval.random(random, DType.F64, 2, 3, 4, 5);
    Tensor ids = Eval.random(random, DType.I64, 2, 6);
    Tensor y = one(new Gather(2, 1), x, ids);
    Tensor u = Eval.random(random, DType.F64, 2, 3, 6, 5);
    Tensor back = one(new ScatterAdd(2, 1, 4), ids, u);
    double left = 0;
    double right = 0;
    for (long i = 0; i < u.size(); i++) {
      left += u.getDouble(i) * y.getDouble(i);
    }
    for (long i = 0; i < x.size(); i++) {
      right += x.getDouble(i) * back.getDouble(i);
    }
    assertEquals(left, right, 1e-12);
  }
}
