package org.ntk4j.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.UnaryFn;

class MathTextTest {
  /// The stated bound of all functions, in units in the last place.
  private static final double ULPS_MAX = 3;

  private static final int COUNT = 20_000;
  private static final int EXACT_COUNT = 60;

  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    -2,
    3,
    -3,
    1.5,
    2.5,
    -2.5,
    1e10,
    1e30,
    -1e30,
    1e-30,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    -Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    Math.nextUp(1.0),
    Math.nextDown(1.0),
    (double) Math.nextUp(1f),
    (double) Math.nextDown(1f),
    // Around the ends of exp.
    88.7,
    88.73,
    89.2,
    -87.4,
    -103.9,
    -104.1,
    709.7,
    709.79,
    710.4,
    710.5,
    -708.5,
    -745.1,
    -745.2
  };

  private static final UnaryFn[] ANGLES = {UnaryFn.SIN, UnaryFn.COS, UnaryFn.TAN};

  /// Numbers of many sizes, in the function's domain more often than not.
  private static double[] arguments(int count) {
    Random random = new Random(3);
    double[] x = new double[count];
    for (int i = 0; i < count; i++) {
      double u = 2 * random.nextDouble() - 1;
      x[i] =
          switch (i % 6) {
            case 0 -> u;
            case 1 -> 5 * u;
            case 2 -> 100 * u;
            case 3 -> 1 + 1e-3 * u;
            case 4 -> u * Math.pow(10, random.nextInt(-40, 14));
            default -> Math.abs(u) * Math.pow(10, random.nextInt(-5, 6));
          };
    }
    return x;
  }

  @ParameterizedTest
  @EnumSource
  void f32_is_within_the_bound(UnaryFn fn) {
    double[] x = DoubleStream.of(arguments(COUNT)).map(v -> (float) v).toArray();
    double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F32)), DType.F32, x, x);
    for (int i = 0; i < x.length; i++) {
      assertNear(fn.mnemonic() + "(" + x[i] + ")", (float) z[i], fn.apply(x[i]));
    }
  }

  private static void assertNear(String what, float value, double exact) {
    float rounded = (float) exact;
    if (Float.isNaN(rounded) || Float.isInfinite(rounded) || Float.isInfinite(value)) {
      assertEquals(rounded, value, what);
    } else {
      double ulps = Math.abs(value - exact) / Math.ulp(rounded);
      assertTrue(ulps <= ULPS_MAX, () -> what + " = " + value + " is " + ulps + " ulps off");
    }
  }

  @ParameterizedTest
  @EnumSource
  void f64_is_within_the_bound(UnaryFn fn) {
    double[] x =
        DoubleStream.of(arguments(1000))
            .filter(v -> Double.isFinite(fn.apply(v)) && Math.abs(v) > 1e-6 && Math.abs(v) < 9)
            .limit(EXACT_COUNT)
            .toArray();
    double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F64)), DType.F64, x, x);
    for (int i = 0; i < x.length; i++) {
      double ulps = Exact.ulps(z[i], Exact.of(fn, x[i]));
      String what = fn.mnemonic() + "(" + x[i] + ") = " + z[i];
      assertTrue(ulps <= ULPS_MAX, () -> what + " is " + ulps + " ulps off");
    }
  }

  @ParameterizedTest
  @EnumSource
  void f64_agrees_with_the_reference_everywhere(UnaryFn fn) {
    double[] x = arguments(COUNT);
    double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F64)), DType.F64, x, x);
    for (int i = 0; i < x.length; i++) {
      assertClose(fn.mnemonic() + "(" + x[i] + ")", z[i], fn.apply(x[i]));
    }
  }

  /// The reference has errors of its own.
  private static void assertClose(String what, double value, double reference) {
    if (Double.isNaN(reference) || Double.isInfinite(reference)) {
      assertEquals(reference, value, what);
    } else {
      assertEquals(reference, value, 8 * Math.ulp(reference), what);
    }
  }

  @ParameterizedTest
  @EnumSource
  void special_arguments_give_what_the_reference_gives(UnaryFn fn) {
    double[] x = SPECIAL;
    assertSame(fn.mnemonic(), x, fn::apply, Loops.unary(MathText.define(fn, DType.F64)));
    double[] single = DoubleStream.of(x).map(v -> (float) v).toArray();
    double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F32)), DType.F32, single, single);
    for (int i = 0; i < x.length; i++) {
      String what = fn.mnemonic() + "(" + single[i] + ")";
      float reference = (float) fn.apply(single[i]);
      assertNear(what, (float) z[i], fn.apply(single[i]));
      assertEquals(
          Math.copySign(1f, reference),
          Float.isNaN(reference) ? Math.copySign(1f, reference) : Math.copySign(1f, (float) z[i]),
          what);
    }
  }

  private static void assertSame(
      String name, double[] x, DoubleUnaryOperator reference, KernelText text) {
    double[] z = Loops.run(text, DType.F64, x, x);
    for (int i = 0; i < x.length; i++) {
      double expected = reference.applyAsDouble(x[i]);
      String what = name + "(" + x[i] + ")";
      assertClose(what, z[i], expected);
      if (expected == 0) {
        assertEquals(Math.copySign(1, expected), Math.copySign(1, z[i]), what);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void functions_of_two_give_what_the_reference_gives(BinaryFn fn) {
    double[] random = arguments(2000);
    int n = SPECIAL.length;
    double[] x = new double[n * n + 1000];
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i < n * n ? SPECIAL[i / n] : random[i - n * n];
      y[i] = i < n * n ? SPECIAL[i % n] : random[i - n * n + 1000];
    }
    double[] z = Loops.run(Loops.binary(MathText.define(fn, DType.F64)), DType.F64, x, y);
    for (int i = 0; i < x.length; i++) {
      String what = fn.mnemonic() + "(" + x[i] + ", " + y[i] + ")";
      assertClose(what, z[i], fn.apply(x[i], y[i]));
    }
    double[] xs = DoubleStream.of(x).map(v -> (float) v).toArray();
    double[] ys = DoubleStream.of(y).map(v -> (float) v).toArray();
    double[] zs = Loops.run(Loops.binary(MathText.define(fn, DType.F32)), DType.F32, xs, ys);
    for (int i = 0; i < x.length; i++) {
      String what = fn.mnemonic() + "(" + xs[i] + ", " + ys[i] + ")";
      assertNear(what, (float) zs[i], fn.apply(xs[i], ys[i]));
    }
  }

  @Test
  void powers_are_within_the_bound() {
    Random random = new Random(4);
    int n = 200;
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = Math.exp(random.nextGaussian() * (i % 2 == 0 ? 1e-3 : 3));
      y[i] = 700 / Math.log(x[i]) * (2 * random.nextDouble() - 1);
    }
    double[] z = Loops.run(Loops.binary(MathText.define(BinaryFn.POW, DType.F64)), DType.F64, x, y);
    for (int i = 0; i < n; i++) {
      assertTrue(Exact.ulps(z[i], Exact.pow(x[i], y[i])) <= ULPS_MAX, x[i] + "^" + y[i]);
    }
  }

  @Test
  void angles_far_out_are_within_the_bound() {
    double[] x = arguments(EXACT_COUNT);
    for (int i = 0; i < x.length; i++) {
      x[i] = (i % 2 == 0 ? Math.rint(x[i] * 1e4) * (Math.PI / 2) : x[i] * 0x1p40) % 0x1p49;
    }
    for (UnaryFn fn : ANGLES) {
      double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F64)), DType.F64, x, x);
      for (int i = 0; i < x.length; i++) {
        String what = fn.mnemonic() + "(" + x[i] + ") = " + z[i];
        assertTrue(x[i] == 0 || Exact.ulps(z[i], Exact.of(fn, x[i])) <= ULPS_MAX, what);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "F..")
  void angles_of_any_size_have_their_values(DType dtype) {
    Random random = new Random(5);
    // Lengths that leave a rest after whole vectors, and many vectors with one large angle or none.
    for (int count : new int[] {1, 2, 7, 16, 31, 1000}) {
      double[] x = new double[count];
      for (int i = 0; i < count; i++) {
        int exponent = random.nextInt(3) > 0 ? 3 : random.nextInt(dtype == DType.F32 ? 127 : 1023);
        double angle = Math.scalb(random.nextDouble(-2, 2), exponent);
        x[i] = dtype == DType.F32 ? (float) angle : angle;
      }
      for (UnaryFn fn : ANGLES) {
        double[] z = Loops.run(Loops.unary(MathText.define(fn, dtype)), dtype, x, x);
        for (int i = 0; i < count; i++) {
          String what = fn.mnemonic() + "(" + x[i] + ")";
          double exact = fn.apply(x[i]);
          double ulp = dtype == DType.F32 ? Math.ulp((float) exact) : Math.ulp(exact);
          assertEquals(exact, z[i], 4 * ulp, what);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void steps_give_what_the_reference_gives(StepFn fn) {
    double[] x =
        DoubleStream.concat(DoubleStream.of(SPECIAL), DoubleStream.of(-0.3, 7.5)).toArray();
    double[] z = Loops.run(Loops.unary(MathText.define(fn, DType.F64)), DType.F64, x, x);
    double[] single = Loops.run(Loops.unary(MathText.define(fn, DType.F32)), DType.F32, x, x);
    for (int i = 0; i < x.length; i++) {
      assertEquals(fn.apply(x[i]), z[i], "at " + x[i]);
      assertEquals((float) fn.apply((float) x[i]), (float) single[i], "at " + x[i]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void integer_powers_give_what_the_reference_gives(DType dtype) {
    double[] x = {0, 1, -1, 1.5, -2, 0.75, 1.1, -3, 1e-3};
    for (int exponent : new int[] {0, 1, 2, 3, 7, 8, 9, 20, -1, -2, -5, -9}) {
      if (dtype.isFloating()) {
        double[] r = DoubleStream.of(x).map(v -> dtype == DType.F32 ? (float) v : v).toArray();
        double[] z = Loops.run(Loops.unary(MathText.integerPow(exponent, dtype)), dtype, r, r);
        for (int i = 0; i < x.length; i++) {
          double expected = Math.pow(r[i], exponent);
          double ulp = dtype == DType.F32 ? Math.ulp((float) expected) : Math.ulp(expected);
          if (Double.isInfinite(expected)) {
            assertEquals(expected, z[i]);
          } else {
            assertEquals(expected, z[i], 5 * ulp, r[i] + "^" + exponent);
          }
        }
      } else if (dtype.isInteger() && exponent >= 0) {
        long[] n = {0, 1, -1, 2, -3, 10, 1000};
        long[] z = Loops.run(Loops.unary(MathText.integerPow(exponent, dtype)), dtype, n, n);
        for (int i = 0; i < n.length; i++) {
          long power = 1;
          for (int k = 0; k < exponent; k++) {
            power *= n[i];
          }
          assertEquals(dtype == DType.I32 ? (int) power : power, z[i]);
        }
      }
    }
  }

  @Test
  void integers_wrap_and_division_by_zero_is_defined() {
    for (DType dtype : new DType[] {DType.I32, DType.I64}) {
      long min = dtype == DType.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
      long[] x = {7, -7, 7, min, min, 0, 5, 2, -1, -1, 3, 0};
      long[] y = {2, 2, 0, -1, 0, 0, -1, -3, -3, -2, 4, -1};
      long[] div = {3, -3, -1, min, -1, -1, -5, 0, 0, 0, 0, 0};
      long[] rem = {1, -1, 7, 0, min, 0, 0, 2, -1, -1, 3, 0};
      long[] pow = {49, 49, 1, 0, 1, 1, 0, 0, -1, 1, 81, -1};
      assertIntegers(BinaryFn.DIV, dtype, x, y, div);
      assertIntegers(BinaryFn.REM, dtype, x, y, rem);
      assertIntegers(BinaryFn.POW, dtype, x, y, pow);
      assertIntegers(BinaryFn.MAX, dtype, x, y, pairs(x, y, true));
      assertIntegers(BinaryFn.MIN, dtype, x, y, pairs(x, y, false));
      KernelText abs = Loops.unary(MathText.define(UnaryFn.ABS, dtype));
      KernelText sign = Loops.unary(MathText.define(StepFn.SIGN, dtype));
      assertEquals(
          text(LongStream.of(x).map(v -> v == min ? min : Math.abs(v))),
          text(LongStream.of(Loops.run(abs, dtype, x, y))));
      assertEquals(
          text(LongStream.of(x).map(Long::signum)),
          text(LongStream.of(Loops.run(sign, dtype, x, y))));
    }
  }

  private static String text(LongStream values) {
    return values.mapToObj(Long::toString).toList().toString();
  }

  private static long[] pairs(long[] x, long[] y, boolean max) {
    long[] z = new long[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = max ? Math.max(x[i], y[i]) : Math.min(x[i], y[i]);
    }
    return z;
  }

  private static void assertIntegers(
      BinaryFn fn, DType dtype, long[] x, long[] y, long[] expected) {
    long[] z = Loops.run(Loops.binary(MathText.define(fn, dtype)), dtype, x, y);
    assertEquals(text(LongStream.of(expected)), text(LongStream.of(z)), fn + " of " + dtype);
  }

  @Test
  void every_loop_but_that_of_rem_becomes_vector_code_without_calls() {
    Llvm llvm = Llvm.find().orElseThrow();
    try (Compiler compiler = new Compiler(llvm, Host.of(llvm))) {
      for (DType dtype : new DType[] {DType.F32, DType.F64}) {
        for (UnaryFn fn : UnaryFn.values()) {
          assertVectors(compiler, Loops.unary(MathText.define(fn, dtype)), fn + " " + dtype);
        }
        for (BinaryFn fn : BinaryFn.values()) {
          if (fn != BinaryFn.REM) {
            assertVectors(compiler, Loops.binary(MathText.define(fn, dtype)), fn + " " + dtype);
          }
        }
      }
    }
  }

  private static void assertVectors(Compiler compiler, KernelText text, String what) {
    String assembly = compiler.assembly(text.llvmIr());
    // The loop of all but large angles is the kernel itself.
    String loop = assembly.substring(assembly.indexOf("\nmap:"), assembly.indexOf(".size\tmap"));
    assertFalse(loop.replaceAll("\tcallq?\t\"?ntk4j.far[.].*", "").contains("\tcall"), what);
    assertTrue(assembly.contains("ntk4j.far") || !assembly.contains("\tcall"), what);
    assertTrue(assembly.matches("(?s).*[%](ymm|zmm).*"), what);
  }

  @Test
  void a_processor_without_avx_512_computes_the_same_in_vectors() {
    Llvm llvm = Llvm.find().orElseThrow();
    Host here = Host.of(llvm);
    assumeTrue(here.features().contains("+avx2"));
    Host host = new Host(here.version(), here.triple(), "haswell", "");
    assertEquals(256, host.vectorBits());
    Jit jit = Loops.jit(host);
    double[] x = DoubleStream.of(arguments(1000)).map(v -> (float) v).toArray();
    try (Compiler compiler = new Compiler(llvm, host)) {
      UnaryFn[] some = {UnaryFn.EXP, UnaryFn.LOG, UnaryFn.TANH, UnaryFn.CBRT, UnaryFn.SIN};
      for (UnaryFn fn : some) {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
          KernelText text = Loops.unary(MathText.define(fn, dtype));
          assertVectors(compiler, text, fn + " " + dtype);
          double[] expected = Loops.run(text, dtype, x, x);
          assertArrayEquals(expected, Loops.run(jit, text, dtype, x, x));
        }
      }
    }
  }
}
