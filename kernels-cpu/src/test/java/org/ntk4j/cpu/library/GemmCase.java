package org.ntk4j.cpu.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.GemmProblem.Matrices;

/// What lies at the places of a problem, and what has to be there afterwards.
final class GemmCase {
  private static final List<Workers> WORKERS =
      List.of(new Workers(1), new Workers(2), new Workers(3));

  private final GemmProblem p;
  private final double[] a;
  private final double[] b;
  private final double[] c;
  private final double[] expected;

  /// A bound on the sums that lead to an element.
  private double scale = 1e-3;

  GemmCase(Random random, GemmProblem p) {
    this.p = p;
    this.a = Memory.random(random, extent(p.a(), p.m(), p.k()));
    this.b = p.symmetric() ? a : Memory.random(random, extent(p.b(), p.k(), p.n()));
    this.c = Memory.random(random, extent(p.c(), p.m(), p.n()));
    if (p.symmetric()) {
      Arrays.fill(c, 0.5);
    }
    this.expected = c.clone();
    for (long matrix = 0; matrix < p.matrices(); matrix++) {
      multiply(matrix);
    }
  }

  GemmProblem problem() {
    return p;
  }

  /// The elements at the places of the left factor.
  double[] left() {
    return a;
  }

  /// The elements at the places of the result before the product is done.
  double[] before() {
    return c;
  }

  private long extent(Matrices x, long rows, long columns) {
    List<Long> sizes = new ArrayList<>(p.batch());
    List<Long> strides = new ArrayList<>(x.batch());
    sizes.addAll(List.of(rows, columns));
    strides.addAll(List.of(x.row(), x.column()));
    return Memory.extent(sizes, strides);
  }

  private int at(Matrices x, long matrix, long i, long j) {
    long offset = i * x.row() + j * x.column();
    long rest = matrix;
    for (int d = p.batch().size() - 1; d >= 0; d--) {
      offset += rest % p.batch().get(d) * x.batch().get(d);
      rest /= p.batch().get(d);
    }
    return Math.toIntExact(offset);
  }

  private void multiply(long matrix) {
    for (long i = 0; i < p.m(); i++) {
      for (long j = 0; j < p.n(); j++) {
        double sum = 0;
        double size = 0;
        for (long k = 0; k < p.k(); k++) {
          double term = a[at(p.a(), matrix, i, k)] * b[at(p.b(), matrix, k, j)];
          sum += term;
          size += Math.abs(term);
        }
        int to = at(p.c(), matrix, i, j);
        expected[to] = p.alpha() * sum + (p.beta() == 0 ? 0 : p.beta() * c[to]);
        scale = Math.max(scale, size);
      }
    }
  }

  /// Runs it with several threads, and compares.
  void check(PreparedGemm gemm) {
    List<byte[]> results = new ArrayList<>();
    for (Workers workers : WORKERS) {
      long scratchBytes = gemm.scratchBytes(workers.threads());
      try (Arena arena = Arena.ofConfined()) {
        long from = Memory.copy(arena, p.dtype(), a);
        long by = p.symmetric() ? from : Memory.copy(arena, p.dtype(), b);
        long to = Memory.copy(arena, p.dtype(), c);
        gemm.run(workers, from, by, to, Memory.bytes(arena, scratchBytes));
        double tolerance = scale * (p.dtype() == DType.F32 ? 1e-6 : 1e-14);
        for (int i = 0; i < expected.length; i++) {
          double found = Raw.get(p.dtype(), to, i);
          int at = i;
          assertEquals(
              expected[i], found, tolerance, () -> at + " of " + p + "\n" + gemm.description());
        }
        results.add(Memory.bits(p.dtype(), to, expected.length));
      }
    }
    for (byte[] each : results) {
      assertArrayEquals(results.getFirst(), each, () -> p + "\n" + gemm.description());
    }
  }
}
