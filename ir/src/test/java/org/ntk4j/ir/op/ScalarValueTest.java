package org.ntk4j.ir.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Values of scalar functions against values computed with 40 digits.
final class ScalarValueTest {
  private static final int ULPS = 5;

  private static DynamicTest reference(UnaryFn fn, double x, double y) {
    return DynamicTest.dynamicTest(
        fn.mnemonic() + "(" + x + ")", () -> assertEquals(y, fn.apply(x), ULPS * Math.ulp(y)));
  }

  @TestFactory
  Stream<DynamicTest> error_functions_and_inverse_hyperbolic_functions() {
    return Stream.of(
        reference(UnaryFn.ERF, 1e-300, 1.1283791670955126e-300),
        reference(UnaryFn.ERF, 1e-09, 1.1283791670955127e-09),
        reference(UnaryFn.ERF, 0.3, 0.3286267594591274),
        reference(UnaryFn.ERF, 0.4999, 0.5204119951613866),
        reference(UnaryFn.ERF, 0.5001, 0.5205877516768808),
        reference(UnaryFn.ERF, 1.0, 0.8427007929497149),
        reference(UnaryFn.ERF, -2.5, -0.999593047982555),
        reference(UnaryFn.ERF, 5.0, 0.9999999999984626),
        reference(UnaryFn.ERF, -7.0, -1.0),
        reference(UnaryFn.ERFC, -3.0, 1.9999779095030015),
        reference(UnaryFn.ERFC, -0.2, 1.2227025892104784),
        reference(UnaryFn.ERFC, 0.3, 0.6713732405408726),
        reference(UnaryFn.ERFC, 0.5001, 0.4794122483231193),
        reference(UnaryFn.ERFC, 1.0, 0.15729920705028513),
        reference(UnaryFn.ERFC, 2.0, 0.004677734981047266),
        reference(UnaryFn.ERFC, 3.75, 1.1372725656979665e-07),
        reference(UnaryFn.ERFC, 6.0, 2.1519736712498913e-17),
        reference(UnaryFn.ERFC, 15.0, 7.212994172451207e-100),
        reference(UnaryFn.ERFC, 26.5, 2.2109076642637343e-307),
        reference(UnaryFn.ASINH, 1e-200, 1e-200),
        reference(UnaryFn.ASINH, 1e-08, 1e-08),
        reference(UnaryFn.ASINH, -0.3, -0.29567304756342244),
        reference(UnaryFn.ASINH, 7.0, 2.644120761058629),
        reference(UnaryFn.ASINH, -1e200, -461.2101657793691),
        reference(UnaryFn.ACOSH, 1.0, 0.0),
        reference(UnaryFn.ACOSH, 1.0000001, 0.0004472135919037347),
        reference(UnaryFn.ACOSH, 1.5, 0.9624236501192069),
        reference(UnaryFn.ACOSH, 40.0, 4.381870348040067));
  }

  @TestFactory
  Stream<DynamicTest> functions_that_cancel_or_overflow_when_written_naively() {
    return Stream.of(
        reference(UnaryFn.ACOSH, 1e200, 461.2101657793691),
        reference(UnaryFn.ATANH, 1e-200, 1e-200),
        reference(UnaryFn.ATANH, -1e-08, -1e-08),
        reference(UnaryFn.ATANH, 0.3, 0.3095196042031117),
        reference(UnaryFn.ATANH, -0.999999, -7.254328619247669),
        reference(UnaryFn.LOGISTIC, -700.0, 9.85967654375977e-305),
        reference(UnaryFn.LOGISTIC, -40.0, 4.248354255291589e-18),
        reference(UnaryFn.LOGISTIC, -1.0, 0.2689414213699951),
        reference(UnaryFn.LOGISTIC, 0.0, 0.5),
        reference(UnaryFn.LOGISTIC, 2.0, 0.8807970779778824),
        reference(UnaryFn.LOGISTIC, 40.0, 1.0),
        reference(UnaryFn.SOFTPLUS, -700.0, 9.85967654375977e-305),
        reference(UnaryFn.SOFTPLUS, -40.0, 4.248354255291589e-18),
        reference(UnaryFn.SOFTPLUS, -1.0, 0.3132616875182228),
        reference(UnaryFn.SOFTPLUS, 0.0, 0.6931471805599453),
        reference(UnaryFn.SOFTPLUS, 2.0, 2.1269280110429727),
        reference(UnaryFn.SOFTPLUS, 40.0, 40.0),
        reference(UnaryFn.SOFTPLUS, 800.0, 800.0),
        reference(UnaryFn.EXPM1, 1e-12, 1.0000000000005e-12),
        reference(UnaryFn.EXPM1, -1e-12, -9.999999999995e-13),
        reference(UnaryFn.EXPM1, 1.0, 1.7182818284590453),
        reference(UnaryFn.LOG1P, 1e-12, 9.999999999995e-13),
        reference(UnaryFn.LOG1P, -1e-12, -1.0000000000005e-12),
        reference(UnaryFn.LOG1P, 1.0, 0.6931471805599453),
        reference(UnaryFn.RSQRT, 0.3, 1.8257418583505538),
        reference(UnaryFn.RSQRT, 1e-300, 1e150),
        reference(UnaryFn.CBRT, -8.0, -2.0),
        reference(UnaryFn.CBRT, 0.1, 0.4641588833612779));
  }

  @Test
  void limits_are_exact() {
    double infinity = Double.POSITIVE_INFINITY;
    assertEquals(1, UnaryFn.ERF.apply(infinity));
    assertEquals(-1, UnaryFn.ERF.apply(-infinity));
    assertEquals(0, UnaryFn.ERFC.apply(infinity));
    assertEquals(2, UnaryFn.ERFC.apply(-infinity));
    assertEquals(1, UnaryFn.LOGISTIC.apply(infinity));
    assertEquals(0, UnaryFn.LOGISTIC.apply(-infinity));
    assertEquals(infinity, UnaryFn.SOFTPLUS.apply(infinity));
    assertEquals(0, UnaryFn.SOFTPLUS.apply(-infinity));
    assertEquals(infinity, UnaryFn.ATANH.apply(1));
    assertEquals(-infinity, UnaryFn.ASINH.apply(-infinity));
    assertEquals(Double.NaN, UnaryFn.ACOSH.apply(0.5));
  }

  @Test
  void odd_functions_keep_the_sign_of_zero() {
    for (UnaryFn fn : new UnaryFn[] {UnaryFn.ERF, UnaryFn.ASINH, UnaryFn.ATANH, UnaryFn.CBRT}) {
      assertEquals(-0.0, fn.apply(-0.0), fn::mnemonic);
      assertEquals(0.0, fn.apply(0.0), fn::mnemonic);
    }
  }

  @Test
  void nan_in_nan_out() {
    for (UnaryFn fn : UnaryFn.values()) {
      assertEquals(Double.NaN, fn.apply(Double.NaN), fn::mnemonic);
    }
    for (BinaryFn fn : BinaryFn.values()) {
      assertEquals(Double.NaN, fn.apply(Double.NaN, 1), fn::mnemonic);
      assertEquals(Double.NaN, fn.apply(2, Double.NaN), fn::mnemonic);
    }
    for (StepFn fn : StepFn.values()) {
      assertEquals(Double.NaN, fn.apply(Double.NaN), fn::mnemonic);
    }
  }

  @Test
  void steps() {
    double[] x = {-2.5, -1.5, -0.5, 0.5, 1.5, 2};
    assertSteps(StepFn.SIGN, x, -1, -1, -1, 1, 1, 1);
    assertSteps(StepFn.FLOOR, x, -3, -2, -1, 0, 1, 2);
    assertSteps(StepFn.CEIL, x, -2, -1, -0.0, 1, 2, 2);
    assertSteps(StepFn.ROUND, x, -2, -2, -0.0, 0, 2, 2);
    assertSteps(StepFn.TRUNC, x, -2, -1, -0.0, 0, 1, 2);
  }

  private static void assertSteps(StepFn fn, double[] x, double... y) {
    for (int i = 0; i < x.length; i++) {
      assertEquals(y[i], fn.apply(x[i]), fn.mnemonic());
    }
  }

  @Test
  void powers_and_remainders() {
    assertEquals(1, BinaryFn.POW.apply(0, 0));
    assertEquals(-8, BinaryFn.POW.apply(-2, 3));
    assertEquals(-1.5, BinaryFn.REM.apply(-5.5, 2));
    assertEquals(1.5, BinaryFn.REM.apply(5.5, -2));
    assertEquals(Math.PI / 2, BinaryFn.ATAN2.apply(1, 0));
  }
}
