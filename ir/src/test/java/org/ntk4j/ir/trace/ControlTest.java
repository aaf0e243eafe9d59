package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.trace.Traced.all;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.one;
import static org.ntk4j.ir.trace.Traced.range;
import static org.ntk4j.ir.trace.Traced.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Scan;

class ControlTest {
  private static final Tensor TWO = Tensor.scalar(2);
  private static final Tensor FIVE = Tensor.scalar(5);

  @Test
  void cond_closes_over_outer_values() {
    Function<List<Value>, Value> fn =
        in -> {
          Value x = in.get(0);
          Value y = in.get(1);
          Value product = x.mul(y);
          return Control.cond(x.gt(y), () -> product.add(1), () -> product.sub(x));
        };
    assertTensor(one(fn, FIVE, TWO), dims(), 11);
    assertTensor(one(fn, TWO, FIVE), dims(), 8);
  }

  @Test
  void equations_of_a_branch_are_recorded_in_the_branch() {
    Program p =
        Traced.program(
            in -> Control.cond(in.get(0).gt(0), () -> in.get(0).exp(), () -> in.get(0)),
            Aval.of(DType.F64));
    Cond cond = (Cond) p.equations().getLast().op();
    assertEquals(List.of(0, 1), cond.branches().stream().map(b -> b.equations().size()).toList());
    assertEquals(3, p.equations().size());
  }

  @Test
  void branch_clamps_its_index() {
    Function<List<Value>, Value> fn =
        in ->
            Control.branch(
                    in.get(0),
                    List.of(in.get(1)),
                    List.of(
                        a -> List.of(a.getFirst().neg()),
                        a -> List.of(a.getFirst().mul(10)),
                        a -> List.of(in.get(1).mul(a.getFirst()))))
                .getFirst();
    long[] indices = {-3, 0, 1, 2, 9};
    double[] expected = {-5, -5, 50, 25, 25};
    for (int i = 0; i < indices.length; i++) {
      Tensor index = Tensor.of(new int[] {(int) indices[i]});
      assertTensor(one(fn, index, FIVE), dims(), expected[i]);
    }
  }

  @Test
  void while_closes_over_outer_values() {
    Function<List<Value>, Value> fn =
        in ->
            Control.whileLoop(
                in.get(0), x -> x.lt(in.get(1)), x -> x.mul(in.get(2)).add(in.get(1).mul(0)));
    assertTensor(one(fn, Tensor.scalar(1), Tensor.scalar(100), Tensor.scalar(3)), dims(), 243);
    assertTensor(one(fn, Tensor.scalar(200), Tensor.scalar(100), Tensor.scalar(3)), dims(), 200);
  }

  @Test
  void while_with_several_carries() {
    List<Tensor> out =
        all(
            in ->
                Control.whileLoop(
                    List.of(in.get(0), in.get(1)),
                    c -> c.get(0).gt(0),
                    c -> List.of(c.get(0).sub(1), c.get(1).mul(2))),
            FIVE,
            Tensor.scalar(1));
    assertTensor(out.get(1), dims(), 32);
  }

  @Test
  void scan_is_the_loop_it_abbreviates() {
    Tensor xs = range(4, 2);
    Tensor scale = vector(2, -1);
    List<Tensor> scanned =
        all(
            in -> {
              Control.Step end =
                  Control.scan(
                      in.get(0).get(0, 0).mul(0),
                      in.get(0),
                      (h, x) -> Control.Step.of(h.add(x.mul(in.get(1))).tanh(), h.add(x)));
              return List.of(end.carry().getFirst(), end.outputs().getFirst());
            },
            xs,
            scale);
    List<Tensor> unrolled =
        all(
            in -> {
              Value h = in.get(0).get(0, 0).mul(0);
              List<Value> ys = new ArrayList<>();
              for (int t = 0; t < 4; t++) {
                Value x = in.get(0).get(0, t);
                ys.add(h.add(x));
                h = h.add(x.mul(in.get(1))).tanh();
              }
              return List.of(h, Functions.stack(0, ys));
            },
            xs,
            scale);
    for (int i = 0; i < 2; i++) {
      assertTensor(
          scanned.get(i),
          unrolled.get(i).shape().dims().stream().mapToLong(Long::longValue).toArray(),
          unrolled.get(i).toDoubles());
    }
  }

  @Test
  void reverse_scan_begins_at_the_end() {
    Tensor y =
        one(
            in ->
                Control.scan(
                        List.of(in.get(0).sum().mul(0)),
                        List.of(in.get(0)),
                        3,
                        true,
                        (c, x) -> Control.Step.of(c.getFirst().add(x.getFirst()), c.getFirst()))
                    .outputs()
                    .getFirst(),
            vector(1, 2, 3));
    assertTensor(y, dims(3), 5, 3, 0);
  }

  @Test
  void repeat_counts_from_0() {
    Function<List<Value>, Value> fn =
        in -> Control.repeat(4, in.get(0), (i, x) -> x.add(i.cast(DType.F64).mul(in.get(1))));
    assertTensor(one(fn, FIVE, TWO), dims(), 5 + 2 * (1 + 2 + 3));
  }

  @Test
  void closures_nest() {
    Function<List<Value>, Value> fn =
        in ->
            Control.scan(
                    in.get(0),
                    in.get(1),
                    (c, x) -> {
                      Value inner =
                          Control.whileLoop(
                              x,
                              v -> v.lt(in.get(2)),
                              v -> Control.cond(c.gt(0), () -> v.add(in.get(2)), () -> v.add(x)));
                      return Control.Step.of(c.add(inner), inner);
                    })
                .carry()
                .getFirst();
    double c = -1;
    for (double x : new double[] {1, 2, 3}) {
      double v = x;
      while (v < 10) {
        v += c > 0 ? 10 : x;
      }
      c += v;
    }
    assertTensor(one(fn, Tensor.scalar(-1), vector(1, 2, 3), Tensor.scalar(10)), dims(), c);
  }

  @Test
  void a_value_used_twice_is_captured_once() {
    Program p =
        Traced.program(
            in ->
                Control.scan(
                        in.get(0),
                        in.get(1),
                        (c, x) -> Control.Step.of(c.mul(in.get(2)).add(in.get(2)), x))
                    .carry()
                    .getFirst(),
            Aval.of(DType.F64),
            Aval.of(DType.F64, 3),
            Aval.of(DType.F64));
    Scan scan = (Scan) p.equations().getLast().op();
    assertEquals(1, scan.consts());
    assertEquals(3, scan.body().inputs().size());
  }

  @Test
  void a_body_may_return_an_outer_value() {
    assertTensor(
        one(in -> Control.cond(in.get(0).gt(0), () -> in.get(1), () -> in.get(0)), FIVE, TWO),
        dims(),
        2);
  }

  @Test
  void checkpoint_and_call_are_the_function() {
    assertTensor(
        one(in -> Control.checkpoint(in.get(0), x -> x.mul(in.get(1)).exp()), TWO, FIVE),
        dims(),
        Math.exp(10));
    assertTensor(
        one(
            in ->
                Control.call(
                        "f",
                        List.of(in.get(0)),
                        x -> List.of(x.getFirst().sub(in.get(1)), in.get(1)))
                    .getFirst(),
            TWO,
            FIVE),
        dims(),
        -3);
  }

  @Test
  void errors() {
    assertMessage(
        "cond: the predicate is f64[], not bool[]",
        in -> Control.cond(in.get(0), () -> in.get(0), () -> in.get(0)),
        TWO);
    assertMessage(
        "scan: the body turns a carry of [f64[]] into [f64[2]]; they must be equal",
        in ->
            Control.scan(in.get(0), in.get(1), (c, _) -> Control.Step.of(c.broadcastTo(2), c))
                .carry()
                .getFirst(),
        TWO,
        vector(1, 2));
    assertMessage(
        "while: the body turns a carry of [f64[]] into [f32[]]; they must be equal",
        in -> Control.whileLoop(in.get(0), x -> x.gt(0), x -> x.cast(DType.F32)),
        TWO);
    assertMessage(
        "scan: input f64[2] has no axis 0 of size 3",
        in ->
            Control.scan(
                    List.of(in.get(0)),
                    List.of(in.get(1)),
                    3,
                    false,
                    (c, x) -> new Control.Step(c, x))
                .carry()
                .getFirst(),
        TWO,
        vector(1, 2));
  }

  @Test
  void a_value_must_not_leave_its_body() {
    List<Value> leaked = new ArrayList<>();
    assertMessage(
        "add: a value was used after the body that computes it had ended; return it from the body"
            + " instead",
        in -> {
          Value y =
              Control.checkpoint(
                  in.get(0),
                  x -> {
                    leaked.add(x.exp());
                    return x;
                  });
          return y.add(leaked.getFirst());
        },
        TWO);
  }

  @Test
  void scan_of_length_0_returns_the_carry() {
    List<Tensor> out =
        all(
            in -> {
              Control.Step end =
                  Control.scan(in.get(0), in.get(1), (c, x) -> Control.Step.of(c.add(x), x));
              return List.of(end.carry().getFirst(), end.outputs().getFirst());
            },
            TWO,
            Tensor.of(new double[0], 0));
    assertTensor(out.get(0), dims(), 2);
    assertEquals(Shape.of(0), out.get(1).shape());
  }
}
