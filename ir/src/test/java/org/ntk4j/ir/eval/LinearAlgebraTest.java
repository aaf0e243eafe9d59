package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.ir.eval.Eval.assertDoubles;
import static org.ntk4j.ir.eval.Eval.assertLongs;
import static org.ntk4j.ir.eval.Eval.counting;
import static org.ntk4j.ir.eval.Eval.one;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.TriangularSolve;

class LinearAlgebraTest {
  private static Contract matmul() {
    return new Contract(List.of(), List.of(), List.of(1), List.of(0));
  }

  @Test
  void contract_of_two_matrices_is_their_product() {
    assertDoubles(one(matmul(), counting(2, 2), counting(2, 2)), 2, 3, 6, 11);
  }

  @Test
  void contract_over_nothing_is_zero() {
    Tensor x = Tensor.zeros(DType.F64, Shape.of(2, 0));
    Tensor y = Tensor.zeros(DType.F64, Shape.of(0, 2));
    assertDoubles(one(matmul(), x, y), 0, 0, 0, 0);
    assertDoubles(one(matmul(), y, x));
  }

  @Test
  void contract_of_i64_is_exact() {
    Tensor x = Tensor.of(new long[] {Long.MAX_VALUE, 1}, 1, 2);
    Tensor y = Tensor.of(new long[] {1, 1}, 2, 1);
    assertLongs(one(matmul(), x, y), Long.MIN_VALUE);
  }

  @Test
  void contract_spreads_nan_and_infinity() {
    Tensor x = Tensor.of(new double[] {0, 1}, 1, 2);
    Tensor y = Tensor.of(new double[] {Double.POSITIVE_INFINITY, 2, 3, 4}, 2, 2);
    assertDoubles(one(matmul(), x, y), Double.NaN, 4);
  }

  @Test
  void random_contractions_are_those_of_a_loop() {
    long seed = 23;
    Random random = new Random(seed);
    for (int trial = 0; trial < 500; trial++) {
      int batch = random.nextInt(3);
      int inner = random.nextInt(3);
      List<Integer> left = shuffled(random, batch + inner + random.nextInt(3));
      List<Integer> right = shuffled(random, batch + inner + random.nextInt(3));
      Contract op =
          new Contract(
              left.subList(0, batch), right.subList(0, batch),
              left.subList(batch, batch + inner), right.subList(batch, batch + inner));
      long[] xDims = random.longs(left.size(), 1, 4).toArray();
      long[] yDims = random.longs(right.size(), 1, 4).toArray();
      for (int k = 0; k < batch + inner; k++) {
        yDims[right.get(k)] = xDims[left.get(k)];
      }
      DType dtype = trial % 2 == 0 ? DType.F64 : DType.I64;
      Tensor x = Eval.random(random, dtype, xDims);
      Tensor y = Eval.random(random, dtype, yDims);
      Tensor z = one(op, x, y);
      double[] expected = loop(op, x, y, z.size());
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], z.getDouble(i), 1e-10, "seed " + seed + ", trial " + trial);
      }
    }
  }

  private static List<Integer> shuffled(Random random, int n) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    Collections.shuffle(axes, random);
    return axes;
  }

  /// Every pair of elements whose batch and contracted indices agree.
  private static double[] loop(Contract op, Tensor x, Tensor y, long size) {
    double[] z = new double[(int) size];
    for (long i = 0; i < x.size(); i++) {
      for (long j = 0; j < y.size(); j++) {
        boolean agree = true;
        long at = 0;
        for (int k = 0; k < op.lhsContract().size(); k++) {
          agree &= index(x, i, op.lhsContract().get(k)) == index(y, j, op.rhsContract().get(k));
        }
        for (int k = 0; k < op.lhsBatch().size(); k++) {
          agree &= index(x, i, op.lhsBatch().get(k)) == index(y, j, op.rhsBatch().get(k));
          at = at * x.shape().dim(op.lhsBatch().get(k)) + index(x, i, op.lhsBatch().get(k));
        }
        if (agree) {
          at = free(x, i, op.lhsBatch(), op.lhsContract(), at);
          at = free(y, j, op.rhsBatch(), op.rhsContract(), at);
          z[(int) at] += x.getDouble(i) * y.getDouble(j);
        }
      }
    }
    return z;
  }

  private static long free(Tensor x, long i, List<Integer> batch, List<Integer> inner, long start) {
    long at = start;
    for (int k = 0; k < x.rank(); k++) {
      if (!batch.contains(k) && !inner.contains(k)) {
        at = at * x.shape().dim(k) + index(x, i, k);
      }
    }
    return at;
  }

  private static long index(Tensor x, long i, int axis) {
    return i / x.shape().strides()[axis] % x.shape().dim(axis);
  }

  /// Sizes around the tiles of the implementation.
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 130, 257, 300})
  void large_products_agree_with_a_loop(int n) {
    Random random = new Random(n);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      Tensor x = Eval.random(random, dtype, n, n + 1);
      Tensor y = Eval.random(random, dtype, n + 1, 70);
      Tensor z = one(matmul(), x, y);
      for (int trial = 0; trial < 50; trial++) {
        int i = random.nextInt(n);
        int j = random.nextInt(70);
        double sum = 0;
        for (int k = 0; k <= n; k++) {
          sum += x.getDouble(i * (n + 1L) + k) * y.getDouble(k * 70L + j);
        }
        assertEquals(sum, z.getDouble(i * 70L + j), dtype == DType.F32 ? 1e-4 : 1e-11);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 40, 300, 520})
  void product_with_oneself_is_symmetric_to_the_bit(int n) {
    Random random = new Random(n);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      Tensor x = Eval.random(random, dtype, 2, n, 3, 7);
      Builder b = new Builder();
      Var input = new Var(new Aval(dtype, x.shape()));
      Contract op = new Contract(List.of(0), List.of(0), List.of(2, 3), List.of(2, 3));
      Tensor z =
          Evaluator.run(b.build(List.of(input), List.of(b.emit(op, input, input))), List.of(x))
              .getFirst();
      Tensor general = one(op, x, x.copy());
      Eval.assertClose(general, z, dtype == DType.F32 ? 1e-4 : 1e-12);
      assertTrue(z.sameAs(one(new Transpose(List.of(0, 2, 1)), z)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 63, 64, 65, 200})
  void cholesky_factors_positive_definite_matrices(int n) {
    Random random = new Random(n);
    Tensor a = Tensor.zeros(DType.F64, Shape.of(2, n, n));
    Tensor g = Eval.random(random, DType.F64, 2, n, n);
    Contract outer = new Contract(List.of(0), List.of(0), List.of(2), List.of(2));
    Tensor s = one(outer, g, g);
    for (long i = 0; i < a.size(); i++) {
      long row = n == 0 ? 0 : i / n % n;
      long column = n == 0 ? 0 : i % n;
      // What is above the diagonal must not be read.
      a.setDouble(i, column > row ? Double.NaN : s.getDouble(i) + (row == column ? 1 : 0));
    }
    Tensor l = one(new Cholesky(), a);
    Tensor back = one(outer, l, l);
    for (long i = 0; i < a.size(); i++) {
      if (i % n <= i / n % n) {
        assertEquals(a.getDouble(i), back.getDouble(i), 1e-9 * n);
      } else {
        assertEquals(0, l.getDouble(i));
      }
    }
  }

  @Test
  void cholesky_of_other_matrices_is_nan() {
    Tensor a = Tensor.of(new double[] {1, 0, 2, 1, 4, 0, 0, 9}, 2, 2, 2);
    double nan = Double.NaN;
    assertDoubles(one(new Cholesky(), a), nan, 0, nan, nan, 2, 0, 0, 3);
  }

  @Test
  void triangular_solve_solves_every_variant() {
    long seed = 31;
    Random random = new Random(seed);
    for (int n : new int[] {0, 1, 3, 64, 65, 150}) {
      for (int variant = 0; variant < 8; variant++) {
        boolean lower = (variant & 1) != 0;
        boolean transpose = (variant & 2) != 0;
        boolean unit = (variant & 4) != 0;
        Tensor a = Eval.random(random, DType.F64, 2, n, n);
        Tensor b = Eval.random(random, DType.F64, 2, n, 5);
        Tensor dense = Tensor.zeros(DType.F64, a.shape());
        for (long i = 0; i < a.size(); i++) {
          long row = i / n % n;
          long column = i % n;
          a.setDouble(i, a.getDouble(i) / n + (row == column ? 3 : 0));
          boolean stored = lower ? column < row : column > row;
          dense.setDouble(
              i, row == column ? unit ? 1 : a.getDouble(i) : stored ? a.getDouble(i) : 0);
          if (!stored && (unit || row != column)) {
            a.setDouble(i, Double.NaN);
          }
        }
        Tensor x = one(new TriangularSolve(lower, transpose, unit), a, b);
        int inner = transpose ? 1 : 2;
        Contract product = new Contract(List.of(0), List.of(0), List.of(inner), List.of(1));
        Eval.assertClose(b, one(product, dense, x), 1e-9);
      }
    }
  }
}
