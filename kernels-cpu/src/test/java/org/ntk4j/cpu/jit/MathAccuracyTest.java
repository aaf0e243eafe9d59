package org.ntk4j.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.UnaryFn;

/// The bounds that [MathText] states, function by function, at many numbers of all sizes.
class MathAccuracyTest {
  private static final int COUNT = 200_000;
  private static final int EXACT_COUNT = 80;

  /// `f32` that is rounded from `f64`.
  private static final double RIGHT = 0.5001;

  /// The stated bound in units in the last place.
  static double bound(UnaryFn fn, DType dtype) {
    return switch (fn) {
      case TAN, ASIN, ACOS, ASINH, ACOSH, ATANH, ERFC -> dtype == DType.F32 ? RIGHT : 3;
      case ATAN, CBRT -> dtype == DType.F32 ? RIGHT : 2;
      case SQRT, ABS, RECIPROCAL -> RIGHT;
      case EXP, LOG, LOG1P, SIN, COS, ERF -> 2;
      case EXPM1, SINH, COSH, TANH, LOGISTIC, RSQRT, SOFTPLUS -> 3;
    };
  }

  /// Every second one has random bits.
  private static double[] singles(Random random) {
    double[] x = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] =
          switch (i % 4) {
            case 0, 1 -> Float.intBitsToFloat(random.nextInt());
            case 2 -> (float) (3 * random.nextGaussian());
            default -> (float) Math.scalb(random.nextDouble(-2, 2), random.nextInt(-12, 12));
          };
    }
    return x;
  }

  @ParameterizedTest
  @EnumSource
  void f32_is_within_the_bound_of_its_function(UnaryFn fn) {
    double[] x = singles(new Random(fn.ordinal()));
    double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F32)), DType.F32, x, x);
    for (int i = 0; i < COUNT; i++) {
      double exact = fn.apply(x[i]);
      assertWithin(bound(fn, DType.F32), fn + "(" + x[i] + ")", exact, (float) z[i]);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POW", "ATAN2", "DIV", "REM"})
  void f32_of_two_is_rounded_right(BinaryFn fn) {
    double[] x = singles(new Random(20));
    double[] y = singles(new Random(21));
    double[] z = Loops.run(Loops.binary(MathText.define(fn, DType.F32)), DType.F32, x, y);
    for (int i = 0; i < COUNT; i++) {
      double exact = fn.apply(x[i], y[i]);
      assertWithin(RIGHT, fn + "(" + x[i] + ", " + y[i] + ")", exact, (float) z[i]);
    }
  }

  private static void assertWithin(double ulps, String what, double exact, float found) {
    float rounded = (float) exact;
    boolean isSame = Float.compare(rounded, found) == 0;
    // Beyond the largest number, infinity is one step further.
    double value = Float.isInfinite(found) ? Math.copySign(0x1p128, found) : found;
    double limit = Float.isInfinite(rounded) ? Math.ulp(Float.MAX_VALUE) : Math.ulp(rounded);
    boolean isClose = Math.abs(value - exact) <= ulps * limit && (found != 0 || rounded != 0);
    assertTrue(isSame || isClose, () -> what + " = " + found + ", not " + exact);
  }

  @ParameterizedTest
  @EnumSource
  void f64_is_within_the_bound_of_its_function(UnaryFn fn) {
    Random random = new Random(100 + fn.ordinal());
    double[] x = new double[EXACT_COUNT];
    for (int i = 0; i < EXACT_COUNT; ) {
      double drawn =
          i % 2 == 0
              ? 3 * random.nextGaussian()
              : Math.scalb(random.nextDouble(-2, 2), random.nextInt(-40, 3));
      boolean isBelow1 = fn == UnaryFn.ASIN || fn == UnaryFn.ACOS || fn == UnaryFn.ATANH;
      x[i] = isBelow1 ? drawn % 1 : fn == UnaryFn.ACOSH ? 1 + Math.abs(drawn) : drawn;
      i += Double.isFinite(fn.apply(x[i])) && x[i] != 0 ? 1 : 0;
    }
    double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F64)), DType.F64, x, x);
    for (int i = 0; i < EXACT_COUNT; i++) {
      double ulps = Exact.ulps(z[i], Exact.of(fn, x[i]));
      String what = fn + "(" + x[i] + ") = " + z[i];
      assertTrue(ulps <= bound(fn, DType.F64), () -> what + " is " + ulps + " ulps off");
    }
  }
}
