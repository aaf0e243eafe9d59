package org.ntk4j.cpu.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.Factorizations.Triangle;

class FactorizationsTest {
  private static double tolerance(DType dtype) {
    return dtype == DType.F32 ? 1e-3 : 1e-10;
  }

  /// `G Gᵀ + n I`, in rows `distance` apart; NaN above the diagonal.
  private static double[] positive(Random random, int n, int distance) {
    double[] g = Memory.random(random, (long) n * n);
    double[] a = new double[n * distance];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double sum = i == j ? n : 0;
        for (int k = 0; k < n; k++) {
          sum += g[i * n + k] * g[j * n + k];
        }
        a[i * distance + j] = j <= i ? sum : Double.NaN;
      }
    }
    return a;
  }

  @Test
  void the_factor_times_its_transpose_is_the_matrix() {
    Random random = new Random(1);
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      for (int n : new int[] {0, 1, 2, 5, 70}) {
        int distance = n + 3;
        double[] a = positive(random, n, distance);
        try (Arena arena = Arena.ofConfined()) {
          long l = Memory.copy(arena, dtype, a);
          assertTrue(Factorizations.cholesky(dtype, n, l, distance));
          for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
              double sum = 0;
              for (int k = 0; k <= j; k++) {
                sum += Raw.get(dtype, l, i * distance + k) * Raw.get(dtype, l, j * distance + k);
              }
              assertEquals(a[i * distance + j], sum, tolerance(dtype) * n);
            }
          }
        }
      }
    }
  }

  @Test
  void a_matrix_that_is_not_positive_definite_has_no_factor() {
    try (Arena arena = Arena.ofConfined()) {
      long a = Memory.copy(arena, DType.F64, new double[] {1, 2, 2, 1});
      assertFalse(Factorizations.cholesky(DType.F64, 2, a, 2));
    }
  }

  @Test
  void the_solution_of_a_triangular_system_solves_it() {
    Random random = new Random(2);
    int n = 9;
    int m = 4;
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      for (int form = 0; form < 8; form++) {
        Triangle t = new Triangle((form & 1) != 0, (form & 2) != 0, (form & 4) != 0);
        double[] a = Memory.random(random, (long) n * n);
        for (int i = 0; i < n; i++) {
          a[i * n + i] = t.unitDiagonal() ? Double.NaN : 4 + i;
        }
        double[] b = Memory.random(random, (long) n * m);
        try (Arena arena = Arena.ofConfined()) {
          long x = Memory.copy(arena, dtype, b);
          Factorizations.solve(dtype, t, n, m, Memory.copy(arena, dtype, a), n, x, m);
          for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
              double sum = 0;
              double size = 1;
              for (int k = 0; k < n; k++) {
                double term = entry(t, a, n, i, k) * Raw.get(dtype, x, k * m + j);
                sum += term;
                size += Math.abs(term);
              }
              assertEquals(b[i * m + j], sum, tolerance(dtype) * size, t.toString());
            }
          }
        }
      }
    }
  }

  /// Entry of `op(A)`.
  private static double entry(Triangle t, double[] a, int n, int i, int k) {
    if (i == k) {
      return t.unitDiagonal() ? 1 : a[i * n + i];
    }
    int row = t.transpose() ? k : i;
    int column = t.transpose() ? i : k;
    return t.lower() == row > column ? a[row * n + column] : 0;
  }

  @Test
  void eigenvalues_of_a_second_difference_are_known() {
    int n = 12;
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      a[i * n + i] = 2;
      for (int j = 0; j < i; j++) {
        a[i * n + j] = Double.NaN; // Below the diagonal nothing is read.
      }
      if (i + 1 < n) {
        a[i * n + i + 1] = -1;
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      long values = Memory.bytes(arena, n * 8L);
      long matrix = Memory.copy(arena, DType.F64, a);
      Factorizations.symmetricEigenvalues(n, matrix, values);
      for (int i = 0; i < n; i++) {
        double expected = 2 - 2 * Math.cos(Math.PI * (i + 1) / (n + 1));
        assertEquals(expected, Raw.get(DType.F64, values, i), 1e-12);
      }
    }
  }
}
