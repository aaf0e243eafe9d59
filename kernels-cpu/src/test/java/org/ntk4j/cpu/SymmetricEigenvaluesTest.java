package org.ntk4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

class SymmetricEigenvaluesTest {
  @Test
  void eigenvalues_come_in_ascending_order() {
    Tensor a = Tensor.of(new double[] {2, 1, 0, 1, 2, 0, 0, 0, -5}, 3, 3);
    assertArrayEquals(new double[] {-5, 1, 3}, SymmetricEigenvalues.of(a), 1e-14);
  }

  /// The path of `n` vertices: `2 - 2 cos(kπ / (n + 1))`.
  @Test
  void eigenvalues_of_a_second_difference_are_known() {
    int n = 60;
    Tensor a = Tensor.zeros(DType.F64, Shape.of(n, n));
    for (int i = 0; i < n; i++) {
      a.setDouble((long) i * n + i, 2);
      if (i + 1 < n) {
        a.setDouble((long) i * n + i + 1, -1);
        a.setDouble((long) (i + 1) * n + i, -1);
      }
    }
    double[] found = SymmetricEigenvalues.of(a);
    for (int k = 1; k <= n; k++) {
      assertEquals(2 - 2 * Math.cos(k * Math.PI / (n + 1)), found[k - 1], 1e-13);
    }
  }

  @Test
  void the_matrix_is_left_as_it_was() {
    Tensor a = Tensor.of(new double[] {2, 1, 1, 2}, 2, 2);
    Tensor before = a.copy();
    SymmetricEigenvalues.of(a);
    assertTrue(a.sameAs(before));
  }

  @Test
  void an_empty_matrix_has_none() {
    assertEquals(0, SymmetricEigenvalues.of(Tensor.zeros(DType.F64, Shape.of(0, 0))).length);
  }

  @Test
  void what_is_no_square_matrix_of_finite_f64_is_refused() {
    Tensor wide = Tensor.zeros(DType.F64, Shape.of(2, 3));
    Tensor narrow = Tensor.zeros(DType.F32, Shape.of(2, 2));
    Tensor wrong = Tensor.of(new double[] {Double.NaN}, 1, 1);
    for (Tensor a : new Tensor[] {wide, narrow, wrong}) {
      assertThrows(IllegalArgumentException.class, () -> SymmetricEigenvalues.of(a));
    }
  }
}
