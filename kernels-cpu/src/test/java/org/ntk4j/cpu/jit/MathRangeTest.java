package org.ntk4j.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.UnaryFn;

/// The bounds that [MathText] states for `f64`, over the whole range of numbers: of all exponents
/// and both signs, smallest and largest ones, and beside the places where a function is computed in
/// another way, or its results leave the normal numbers or all of them.
///
/// The exact values have 60 digits: nothing is allowed for them. More numbers than usual: `./check
/// -Dntk.points=5000 -Dtest=MathRangeTest -Dsurefire.failIfNoSpecifiedTests=false`.
class MathRangeTest {
  private static final int COUNT = Integer.getInteger("ntk.points", 150);

  /// Places where something ends.
  private static final double[] EDGES = {
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    0x1p-55, // expm1 and log1p
    0x1p-27, // sine
    0.41421356237309503, // atan
    0.5,
    0x1.6a09e667f3bcdp-1, // log
    1,
    2.414213562373095, // atan
    Math.PI / 2,
    5.92, // erf is 1
    6, // erf
    19.06, // tanh is 1
    20, // tanh
    22, // sinh
    26.54, // erfc is no normal number
    27.22, // erfc is 0
    28, // erfc
    36.04, // logistic is 1
    40, // expm1
    1000 * Math.PI,
    700, // exp, of negative numbers
    708.3964185322641, // the smallest normal e^-x
    709.782712893384, // the largest e^x
    710.4758600739439, // the largest sinh
    745.1332191019411, // the smallest e^-x
    0x1p49, // angles
    0x1p80, // acosh
    0x1p511, // squares
    0x1p1023
  };

  private static final Set<UnaryFn> POSITIVE = EnumSet.of(UnaryFn.LOG, UnaryFn.SQRT, UnaryFn.RSQRT);

  private static final Set<UnaryFn> BELOW_1 = EnumSet.of(UnaryFn.ASIN, UnaryFn.ACOS, UnaryFn.ATANH);

  /// Every class of numbers in turn.
  private static double number(Random random, int i) {
    double size =
        switch (i % 4) {
          case 0 -> Math.scalb(random.nextDouble(1, 2), random.nextInt(-1074, 1024));
          case 1 -> Math.scalb(random.nextDouble(1, 2), random.nextInt(-60, 12));
          case 2 -> random.nextDouble() * 40;
          default -> beside(random, EDGES[random.nextInt(EDGES.length)]);
        };
    return random.nextBoolean() ? size : -size;
  }

  private static double beside(Random random, double edge) {
    int places = random.nextInt(-3, 4);
    double near = Math.scalb(random.nextDouble(-1, 1), random.nextInt(-52, -2));
    double x = random.nextBoolean() ? edge + places * Math.ulp(edge) : edge * (1 + near);
    return Math.clamp(x, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  /// `x`, or a number made of it where the function is defined.
  private static double inDomain(UnaryFn fn, double x) {
    double a = Math.abs(x);
    if (POSITIVE.contains(fn)) {
      return a;
    }
    if (BELOW_1.contains(fn)) {
      return a < 1 ? x : 1 / x;
    }
    if (fn == UnaryFn.ACOSH) {
      return a > 1 ? a : 1 + a;
    }
    return fn == UnaryFn.LOG1P && x <= -1 ? a : x;
  }

  /// Numbers at which the function is finite and, but for rounding, not 0.
  private static double[] arguments(UnaryFn fn) {
    Random random = new Random(200 + fn.ordinal());
    double[] x = new double[COUNT];
    for (int i = 0, drawn = 0; i < COUNT; drawn++) {
      x[i] = inDomain(fn, number(random, drawn));
      i += x[i] != 0 && Double.isFinite(fn.apply(x[i])) ? 1 : 0;
    }
    return x;
  }

  @ParameterizedTest
  @EnumSource
  void f64_is_within_the_bound_everywhere(UnaryFn fn) {
    double[] x = arguments(fn);
    double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F64)), DType.F64, x, x);
    for (int i = 0; i < COUNT; i++) {
      String what = fn.mnemonic() + "(" + x[i] + ")";
      assertWithin(MathAccuracyTest.bound(fn, DType.F64), what, z[i], Exact.of(fn, x[i]));
    }
  }

  private static void assertWithin(double bound, String what, double found, BigDecimal exact) {
    double ulps = Exact.ulps(found, exact);
    assertTrue(
        ulps <= bound,
        () -> what + " = " + found + ", not " + exact.doubleValue() + ": " + ulps + " ulps off");
  }

  /// Powers of numbers of all sizes, up to the ends of what is finite and not 0; every second base
  /// is near 1.
  @ParameterizedTest
  @EnumSource(names = {"POW"})
  void powers_are_within_the_bound_everywhere(BinaryFn fn) {
    Random random = new Random(300);
    double[] x = new double[COUNT];
    double[] y = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      double near = Math.scalb(random.nextDouble(-1, 1), random.nextInt(-52, -1));
      x[i] = i % 2 == 0 ? 1 + near : Math.abs(number(random, i / 2));
      double last = (i % 6 < 3 ? 709.7 : -745) / Math.log(x[i] == 1 ? 2 : x[i]);
      y[i] = i % 3 == 0 ? last * random.nextDouble(0.99, 1) : last * random.nextDouble(-1, 1);
    }
    check(fn, x, y, 2, Exact::pow);
  }

  @ParameterizedTest
  @EnumSource(names = {"ATAN2"})
  void angles_of_points_are_within_the_bound_everywhere(BinaryFn fn) {
    Random random = new Random(301);
    double[] x = new double[COUNT];
    double[] y = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] = number(random, i);
      y[i] = i % 3 == 0 ? number(random, i / 3) : beside(random, x[i]) / random.nextInt(1, 4);
    }
    check(fn, y, x, 3, Exact::atan2);
  }

  private static void check(
      BinaryFn fn,
      double[] x,
      double[] y,
      double bound,
      BiFunction<Double, Double, BigDecimal> exact) {
    double[] z = Loops.run(Loops.binary(MathText.define(fn, DType.F64)), DType.F64, x, y);
    int checked = 0;
    for (int i = 0; i < COUNT; i++) {
      if (Double.isFinite(fn.apply(x[i], y[i])) && x[i] != 0 && y[i] != 0) {
        String what = fn.mnemonic() + "(" + x[i] + ", " + y[i] + ")";
        assertWithin(bound, what, z[i], exact.apply(x[i], y[i]));
        checked++;
      }
    }
    assertTrue(checked > COUNT / 2, checked + " of " + COUNT);
  }

  @Test
  void the_exact_values_are_those_of_tables() {
    assertStarts("2.71828182845904523536028747135266249775724709369995", UnaryFn.EXP, 1);
    assertStarts("0.693147180559945309417232121458176568", UnaryFn.LOG, 2);
    assertStarts("-0.852200849767188801772705893753029368", UnaryFn.SIN, 1e22);
    assertStarts("0." + "0".repeat(44) + "20884875837625447570", UnaryFn.ERFC, 10);
  }

  private static void assertStarts(String digits, UnaryFn fn, double x) {
    assertEquals(digits, Exact.of(fn, x).toPlainString().substring(0, digits.length()));
  }
}
