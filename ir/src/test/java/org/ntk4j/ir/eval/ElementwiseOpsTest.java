package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.eval.Eval.assertDoubles;
import static org.ntk4j.ir.eval.Eval.assertLongs;
import static org.ntk4j.ir.eval.Eval.bool;
import static org.ntk4j.ir.eval.Eval.f64;
import static org.ntk4j.ir.eval.Eval.i32;
import static org.ntk4j.ir.eval.Eval.i64;
import static org.ntk4j.ir.eval.Eval.one;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;

class ElementwiseOpsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  /// Sizes around a block, in both floating-point dtypes.
  @ParameterizedTest
  @EnumSource(UnaryFn.class)
  void unary_applies_the_function_to_every_element(UnaryFn fn) {
    for (int n : new int[] {0, 1, 3, Blocks.SIZE, 2 * Blocks.SIZE + 1}) {
      for (DType dtype : new DType[] {DType.F32, DType.F64}) {
        Tensor x = Eval.random(new SplittableRandom(n), dtype, n);
        Tensor y = one(new Unary(fn), x);
        for (int i = 0; i < n; i++) {
          double exact = fn.apply(x.getDouble(i));
          assertEquals(dtype == DType.F32 ? (float) exact : exact, y.getDouble(i));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(BinaryFn.class)
  void binary_applies_the_function_to_every_pair(BinaryFn fn) {
    for (int n : new int[] {0, 1, Blocks.SIZE + 7}) {
      for (DType dtype : new DType[] {DType.F32, DType.F64}) {
        Tensor x = Eval.random(new SplittableRandom(1), dtype, n);
        Tensor y = Eval.random(new SplittableRandom(2), dtype, n);
        Tensor z = one(new Binary(fn), x, y);
        for (int i = 0; i < n; i++) {
          double exact = fn.apply(x.getDouble(i), y.getDouble(i));
          assertEquals(dtype == DType.F32 ? (float) exact : exact, z.getDouble(i));
        }
      }
    }
  }

  @Test
  void arithmetic_of_floating_point_numbers() {
    Tensor x = f64(1, -2, INF, 0);
    Tensor y = f64(3, 0.5, -INF, NAN);
    assertDoubles(one(new Add(), x, y), 4, -1.5, NAN, NAN);
    assertDoubles(one(new Sub(), x, y), -2, -2.5, INF, NAN);
    assertDoubles(one(new Mul(), x, y), 3, -1, -INF, NAN);
    assertDoubles(one(new Neg(), x), -1, 2, -INF, -0.0);
    assertDoubles(one(new Binary(BinaryFn.MAX), x, y), 3, 0.5, INF, NAN);
    assertDoubles(one(new Binary(BinaryFn.MIN), x, y), 1, -2, -INF, NAN);
    assertDoubles(one(new Binary(BinaryFn.DIV), f64(1, -1, 0), f64(0, 0, 0)), INF, -INF, NAN);
  }

  @Test
  void arithmetic_of_f32_rounds_once() {
    Tensor third = Tensor.of(new float[] {1f / 3}, 1);
    Tensor seven = Tensor.of(new float[] {7f}, 1);
    assertDoubles(one(new Mul(), third, seven), 1f / 3 * 7f);
    assertDoubles(one(new Binary(BinaryFn.DIV), third, seven), 1f / 3 / 7f);
  }

  @Test
  void arithmetic_of_i64_is_exact_and_wraps() {
    Tensor x = i64(Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1);
    Tensor y = i64(1, -1, 1);
    assertLongs(one(new Add(), x, y), Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 2);
    assertLongs(one(new Sub(), x, y), Long.MAX_VALUE - 1, Long.MIN_VALUE + 1, 1L << 53);
    assertLongs(one(new Mul(), x, y), Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1);
    assertLongs(one(new Neg(), x), -Long.MAX_VALUE, Long.MIN_VALUE, -(1L << 53) - 1);
    assertLongs(one(new Binary(BinaryFn.MAX), x, y), Long.MAX_VALUE, -1, (1L << 53) + 1);
  }

  @Test
  void arithmetic_of_i32_wraps_at_32_bits() {
    Tensor x = i32(Integer.MAX_VALUE, Integer.MIN_VALUE);
    assertLongs(one(new Add(), x, i32(1, -1)), Integer.MIN_VALUE, Integer.MAX_VALUE);
    assertLongs(one(new Unary(UnaryFn.ABS), x), Integer.MAX_VALUE, Integer.MIN_VALUE);
  }

  @Test
  void division_of_integers_is_toward_zero() {
    Tensor x = i64(7, -7, 7, -7, 5, Long.MIN_VALUE);
    Tensor y = i64(2, 2, -2, -2, 0, -1);
    assertLongs(one(new Binary(BinaryFn.DIV), x, y), 3, -3, -3, 3, -1, Long.MIN_VALUE);
    assertLongs(one(new Binary(BinaryFn.REM), x, y), 1, -1, 1, -1, 5, 0);
  }

  @Test
  void powers_of_integers_are_exact() {
    Tensor x = i64(3, 0, 2, -1, -3, 0);
    Tensor y = i64(39, 0, -1, -3, 3, -2);
    assertLongs(one(new Binary(BinaryFn.POW), x, y), 4052555153018976267L, 1, 0, -1, -27, -1);
    assertLongs(one(new IntegerPow(3), i64(-3, 0, 2_097_151)), -27, 0, 9223358842721533951L);
  }

  @Test
  void integer_pow_of_floating_point_numbers() {
    assertDoubles(one(new IntegerPow(2), f64(-3, INF, NAN, 0)), 9, INF, NAN, 0);
    assertDoubles(one(new IntegerPow(0), f64(-3, INF, NAN, 0)), 1, 1, 1, 1);
    assertDoubles(one(new IntegerPow(-1), f64(-4, INF, NAN, 0)), -0.25, 0, NAN, INF);
  }

  @Test
  void comparisons_with_nan_are_false_but_ne() {
    Tensor x = f64(1, 2, 2, NAN, NAN, 0.0);
    Tensor y = f64(2, 2, 1, NAN, 1, -0.0);
    assertLongs(one(new Compare(Comparison.EQ), x, y), 0, 1, 0, 0, 0, 1);
    assertLongs(one(new Compare(Comparison.NE), x, y), 1, 0, 1, 1, 1, 0);
    assertLongs(one(new Compare(Comparison.LT), x, y), 1, 0, 0, 0, 0, 0);
    assertLongs(one(new Compare(Comparison.LE), x, y), 1, 1, 0, 0, 0, 1);
    assertLongs(one(new Compare(Comparison.GT), x, y), 0, 0, 1, 0, 0, 0);
    assertLongs(one(new Compare(Comparison.GE), x, y), 0, 1, 1, 0, 0, 1);
  }

  @Test
  void comparisons_of_i64_see_the_last_bit() {
    Tensor x = i64(Long.MAX_VALUE, Long.MIN_VALUE);
    Tensor y = i64(Long.MAX_VALUE - 1, Long.MIN_VALUE + 1);
    assertLongs(one(new Compare(Comparison.GT), x, y), 1, 0);
    assertLongs(one(new Compare(Comparison.EQ), x, y), 0, 0);
    assertLongs(one(new Compare(Comparison.LT), bool(false, true), bool(true, true)), 1, 0);
  }

  @Test
  void logic_is_boolean_on_booleans_and_bitwise_on_integers() {
    Tensor p = bool(false, false, true, true);
    Tensor q = bool(false, true, false, true);
    assertLongs(one(new Logic(LogicFn.NOT), p), 1, 1, 0, 0);
    assertLongs(one(new Logic(LogicFn.AND), p, q), 0, 0, 0, 1);
    assertLongs(one(new Logic(LogicFn.OR), p, q), 0, 1, 1, 1);
    assertLongs(one(new Logic(LogicFn.XOR), p, q), 0, 1, 1, 0);
    assertLongs(one(new Logic(LogicFn.NOT), i32(0, -1, 5)), -1, 0, -6);
    assertLongs(one(new Logic(LogicFn.XOR), i64(12, -1), i64(10, 1)), 6, -2);
  }

  @Test
  void steps_round_half_to_even_and_keep_nan() {
    Tensor x = f64(-1.5, -0.5, 0.5, 1.5, 2.5, NAN, INF);
    assertDoubles(one(new Step(StepFn.ROUND), x), -2, -0.0, 0, 2, 2, NAN, INF);
    assertDoubles(one(new Step(StepFn.FLOOR), x), -2, -1, 0, 1, 2, NAN, INF);
    assertDoubles(one(new Step(StepFn.CEIL), x), -1, -0.0, 1, 2, 3, NAN, INF);
    assertDoubles(one(new Step(StepFn.TRUNC), x), -1, -0.0, 0, 1, 2, NAN, INF);
    assertDoubles(one(new Step(StepFn.SIGN), x), -1, -1, 1, 1, 1, NAN, 1);
    assertLongs(one(new Step(StepFn.SIGN), i64(Long.MIN_VALUE, 0, 5)), -1, 0, 1);
  }

  @Test
  void classification() {
    Tensor x = f64(1, INF, -INF, NAN);
    assertLongs(one(new Classify(FloatClass.IS_FINITE), x), 1, 0, 0, 0);
    assertLongs(one(new Classify(FloatClass.IS_INF), x), 0, 1, 1, 0);
    assertLongs(one(new Classify(FloatClass.IS_NAN), x), 0, 0, 0, 1);
  }

  @Test
  void casts() {
    Tensor x = f64(1.9, -1.9, NAN, 1e30, 0);
    assertLongs(one(new Cast(DType.I32), x), 1, -1, 0, Integer.MAX_VALUE, 0);
    assertLongs(one(new Cast(DType.I64), x), 1, -1, 0, Long.MAX_VALUE, 0);
    assertLongs(one(new Cast(DType.BOOL), x), 1, 1, 1, 1, 0);
    assertLongs(one(new Cast(DType.BOOL), i64(0, 256, -1)), 0, 1, 1);
    assertLongs(one(new Cast(DType.I32), i64((1L << 32) + 5)), 5);
    assertLongs(one(new Cast(DType.I64), i32(-1)), -1);
    assertDoubles(one(new Cast(DType.F64), bool(true, false)), 1, 0);
    // Half way between two floats by way of double, above it exactly.
    long above = (1L << 60) + (1L << 36) + 1;
    assertDoubles(one(new Cast(DType.F32), i64(above)), (float) above);
    assertDoubles(one(new Convert(DType.F32), f64(0.1)), 0.1f);
    assertDoubles(one(new Convert(DType.F64), Tensor.of(new float[] {0.1f}, 1)), 0.1f);
  }

  @Test
  void select_chooses_by_element() {
    Tensor p = bool(true, false, true);
    assertDoubles(one(new Select(), p, f64(1, 2, NAN), f64(4, NAN, 6)), 1, NAN, NAN);
    assertLongs(one(new Select(), p, i32(1, 2, 3), i32(4, 5, 6)), 1, 5, 3);
    assertLongs(one(new Select(), p, p, bool(true, true, true)), 1, 1, 1);
  }

  @Test
  void sources() {
    assertLongs(one(new Iota(Shape.of(2, 3), 1, DType.I32)), 0, 1, 2, 0, 1, 2);
    assertDoubles(one(new Iota(Shape.of(2, 2), 0, DType.F32)), 0, 0, 1, 1);
    assertLongs(one(new Iota(Shape.of(0, 2), 1, DType.I64)));
    assertDoubles(one(new Constant(f64(1, 2))), 1, 2);
    assertDoubles(one(new StopGradient(), f64(1, NAN)), 1, NAN);
  }

  @Test
  void random_bits_are_those_of_the_key() {
    Tensor key = Tensor.of(new long[] {42});
    Tensor bits = one(new RandomBits(Shape.of(2, 2), DType.I64), key);
    Tensor halves = one(new RandomBits(Shape.of(4), DType.I32), key);
    for (int i = 0; i < 4; i++) {
      assertEquals(RandomKey.bits(42, i), bits.getLong(i));
      assertEquals((int) (RandomKey.bits(42, i) >> 32), halves.getLong(i));
    }
  }
}
