package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;

/// What [Compiled] takes for the same, and what not.
class ComparisonTest {
  private static final double[] EXPECTED = {1e4, 2e4, 1, 3};

  private static double difference(double... actual) {
    return Compiled.difference(Tensor.of(EXPECTED, 2, 2), Tensor.of(actual, 2, 2));
  }

  @Test
  void equal_tensors_do_not_differ() {
    assertEquals(0, difference(EXPECTED));
  }

  @Test
  void a_small_row_has_to_be_right_by_itself() {
    assertTrue(difference(1e4, 2e4, 1 + 1e-9, 3) > 1);
    assertTrue(difference(1e4, 2e4, 1 + 1e-11, 3) < 1);
  }

  @Test
  void a_large_row_has_the_errors_of_its_size() {
    assertTrue(difference(1e4 + 1e-7, 2e4, 1, 3) < 1);
    assertTrue(difference(1e4 + 1e-5, 2e4, 1, 3) > 1);
  }

  @Test
  void infinities_and_nan_have_to_be_the_same() {
    Tensor x = Tensor.of(new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1}, 3);
    assertEquals(0, Compiled.difference(x, x.copy()));
    for (int i = 0; i < 3; i++) {
      Tensor y = x.copy();
      y.setDouble(i, Double.NEGATIVE_INFINITY);
      assertEquals(Double.POSITIVE_INFINITY, Compiled.difference(x, y));
    }
  }
}
