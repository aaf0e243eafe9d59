package org.ntk4j.cpu.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.dot.CompiledDot;
import org.ntk4j.cpu.library.GemmProblem.Matrices;
import org.ntk4j.cpu.panel.CompiledPanels;

class GemmTest {
  private static final List<Workers> WORKERS =
      List.of(new Workers(1), new Workers(2), new Workers(3));

  private static final OwnKernels OWN = new OwnKernels(CompiledDot::of, CompiledPanels::of);

  /// Everybody who can do a product does it.
  private static final List<Multipliers> MULTIPLIERS =
      List.of(
          Multipliers.LIBRARIES,
          all(Multiplier.ONE_DNN, OWN),
          all(Multiplier.OPEN_BLAS, OWN),
          all(Multiplier.DOT, OWN),
          all(Multiplier.PANELS, OWN));

  private static Multipliers all(Multiplier multiplier, OwnKernels own) {
    Map<ProductClass, Multiplier> choices =
        ProductClass.all().stream()
            .filter(each -> each.candidates().contains(multiplier))
            .collect(Collectors.toMap(Function.identity(), _ -> multiplier));
    return new Multipliers(choices, Optional.of(own));
  }

  /// What lies at the places of a problem, and what has to be there afterwards.
  private static final class Case {
    private final GemmProblem p;
    private final double[] a;
    private final double[] b;
    private final double[] c;
    private final double[] expected;

    /// A bound on the sums that lead to an element.
    private double scale = 1e-3;

    Case(Random random, GemmProblem p) {
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

    /// Runs it by everybody who can do it.
    void check() {
      for (Multipliers multipliers : MULTIPLIERS) {
        check(Gemm.prepare(p, multipliers));
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

  /// Strides of axes stored in a random order, with gaps; some of the first `shared` axes are not
  /// there.
  private static long[] strides(Random random, List<Long> sizes, int shared, boolean anyOrder) {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < sizes.size(); d++) {
      order.add(d);
    }
    if (anyOrder) {
      Collections.shuffle(order, random);
    } else if (random.nextBoolean()) {
      Collections.swap(order, sizes.size() - 2, sizes.size() - 1);
    }
    long[] strides = new long[sizes.size()];
    long next = 1;
    for (int d : order.reversed()) {
      if (d >= shared || random.nextInt(3) > 0) {
        strides[d] = next;
        next = next * Math.max(1, sizes.get(d)) + (random.nextInt(4) == 0 ? 3 : 0);
      }
    }
    return strides;
  }

  private static Matrices matrices(
      Random random, List<Long> batch, long rows, long columns, boolean shared, boolean anyOrder) {
    List<Long> sizes = new ArrayList<>(batch);
    sizes.addAll(List.of(rows, columns));
    long[] all = strides(random, sizes, shared ? batch.size() : 0, anyOrder);
    List<Long> ofBatch = Arrays.stream(all).limit(batch.size()).boxed().toList();
    return new Matrices(ofBatch, all[batch.size()], all[batch.size() + 1]);
  }

  private static GemmProblem random(Random random, long[] sides, int batchMax) {
    List<Long> batch = new ArrayList<>();
    for (int d = random.nextInt(3); d > 0; d--) {
      batch.add((long) random.nextInt(batchMax + 1));
    }
    boolean anyOrder = random.nextInt(3) == 0;
    long m = sides[random.nextInt(sides.length)];
    long n = sides[random.nextInt(sides.length)];
    long k = sides[random.nextInt(sides.length)];
    return new GemmProblem(
        random.nextBoolean() ? DType.F32 : DType.F64,
        batch,
        m,
        n,
        k,
        matrices(random, batch, m, k, true, anyOrder),
        matrices(random, batch, k, n, true, anyOrder),
        matrices(random, batch, m, n, false, anyOrder),
        random.nextInt(3) == 0 ? -0.5 : 1,
        random.nextInt(3) - 1,
        false);
  }

  @Test
  void products_of_random_sizes_and_strides_are_those_of_a_loop() {
    Random random = new Random(1);
    long[] sides = {0, 1, 1, 2, 3, 5, 8, 16, 17, 33, 64};
    for (int trial = 0; trial < 600; trial++) {
      new Case(random, random(random, sides, 4)).check();
    }
  }

  @Test
  void large_products_in_many_tiles_are_those_of_a_loop() {
    Random random = new Random(2);
    long[] sides = {1, 7, 96, 130, 300};
    for (int trial = 0; trial < 25; trial++) {
      new Case(random, random(random, sides, 2)).check();
    }
  }

  private static GemmProblem longSum(DType dtype, long m, long n, long k, double beta) {
    return new GemmProblem(
        dtype,
        List.of(),
        m,
        n,
        k,
        Matrices.rowMajor(List.of(), m, k),
        Matrices.rowMajor(List.of(), k, n),
        new Matrices(List.of(), n + 2, 1),
        0.5,
        beta,
        false);
  }

  @Test
  void long_sums_are_cut_at_fixed_places() {
    Random random = new Random(3);
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      for (double beta : new double[] {0, 2}) {
        GemmProblem p = longSum(dtype, 24, 40, 20_011, beta);
        assertTrue(Gemm.prepare(p, Multipliers.LIBRARIES).scratchBytes(1) > 0);
        new Case(random, p).check();
      }
    }
  }

  @Test
  void symmetric_products_are_symmetric_to_the_bit() {
    Random random = new Random(4);
    for (long m : new long[] {1, 5, 130}) {
      for (long k : new long[] {0, 70, 2100}) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
          Matrices a = matrices(random, List.of(), m, k, false, false);
          double beta = random.nextInt(2);
          Matrices c = new Matrices(List.of(), m + 1, 1);
          GemmProblem p =
              new GemmProblem(dtype, List.of(), m, m, k, a, a.transposed(), c, 1, beta, true);
          new Case(random, p).check();
          assertSymmetric(p);
        }
      }
    }
  }

  private static void assertSymmetric(GemmProblem p) {
    MULTIPLIERS.forEach(multipliers -> assertSymmetric(p, Gemm.prepare(p, multipliers)));
  }

  private static void assertSymmetric(GemmProblem p, PreparedGemm gemm) {
    Case random = new Case(new Random(5), p);
    try (Arena arena = Arena.ofConfined()) {
      long a = Memory.copy(arena, p.dtype(), random.a);
      long c = Memory.copy(arena, p.dtype(), random.c);
      gemm.run(WORKERS.get(1), a, a, c, Memory.bytes(arena, gemm.scratchBytes(2)));
      for (long i = 0; i < p.m(); i++) {
        for (long j = 0; j < i; j++) {
          double below = Raw.get(p.dtype(), c, i * p.c().row() + j);
          assertEquals(Raw.get(p.dtype(), c, j * p.c().row() + i), below);
        }
      }
    }
  }

  /// Rows of `terms` elements with a gap of 0 or 3 after each; as many matrices as `batch` says.
  private static Matrices along(Random random, List<Long> batch, long rows, long terms) {
    long row = terms + 3L * random.nextInt(2);
    return new Matrices(batch.isEmpty() ? List.of() : List.of(rows * row), row, 1);
  }

  @Test
  void sums_along_consecutive_elements_are_those_of_a_loop_for_vectors_of_every_length() {
    Random random = new Random(7);
    long[] sides = {1, 3, 4, 7, 33, 64, 170};
    long[] terms = {32, 33, 47, 500, 2500};
    for (int bits : new int[] {128, 256, 512}) {
      DotKernel single = CompiledDot.of(DType.F32, bits);
      DotKernel wide = CompiledDot.of(DType.F64, bits);
      OwnKernels own =
          new OwnKernels(dtype -> dtype == DType.F32 ? single : wide, CompiledPanels::of);
      Multipliers multipliers = all(Multiplier.DOT, own);
      for (int trial = 0; trial < 40; trial++) {
        DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
        List<Long> batch = random.nextInt(3) == 0 ? List.of(3L) : List.of();
        boolean symmetric = random.nextBoolean();
        long m = sides[random.nextInt(sides.length)];
        long n = symmetric ? m : sides[random.nextInt(sides.length)];
        long k = terms[random.nextInt(terms.length)];
        Matrices a = along(random, batch, m, k);
        Matrices b = symmetric ? a : along(random, batch, n, k);
        Matrices c = along(random, batch, m, n);
        int beta = random.nextInt(2);
        GemmProblem p =
            new GemmProblem(dtype, batch, m, n, k, a, b.transposed(), c, -0.5, beta, symmetric);
        PreparedGemm gemm = Gemm.prepare(p, multipliers);
        assertTrue(gemm.description().startsWith("DOT "), gemm::description);
        new Case(random, p).check(gemm);
      }
    }
  }

  /// Rows or columns of elements that are consecutive, with a gap of 0 or 3 after each.
  private static Matrices dense(Random random, List<Long> batch, long rows, long columns) {
    return random.nextBoolean()
        ? along(random, batch, rows, columns)
        : along(random, batch, columns, rows).transposed();
  }

  @Test
  void products_by_panels_are_those_of_a_loop_for_vectors_of_every_length() {
    Random random = new Random(9);
    long[] sides = {230, 257, 300, 412};
    long[] terms = {333, 480, 1201};
    for (int bits : new int[] {128, 256, 512}) {
      PanelKernel single = CompiledPanels.of(DType.F32, bits);
      PanelKernel wide = CompiledPanels.of(DType.F64, bits);
      OwnKernels own = new OwnKernels(CompiledDot::of, dtype -> dtype == DType.F32 ? single : wide);
      Multipliers multipliers = all(Multiplier.PANELS, own);
      for (int trial = 0; trial < 6; trial++) {
        DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
        List<Long> batch = random.nextInt(4) == 0 ? List.of(2L) : List.of();
        long m = sides[random.nextInt(sides.length)];
        long n = sides[random.nextInt(sides.length)];
        long k = terms[random.nextInt(terms.length)];
        Matrices a = dense(random, batch, m, k);
        Matrices b = dense(random, batch, k, n);
        Matrices c = along(random, batch, m, n);
        int beta = random.nextInt(2);
        GemmProblem p = new GemmProblem(dtype, batch, m, n, k, a, b, c, -0.5, beta, false);
        PreparedGemm gemm = Gemm.prepare(p, multipliers);
        assertTrue(gemm.description().startsWith("PANELS "), gemm::description);
        new Case(random, p).check(gemm);
      }
    }
  }

  @Test
  void panels_of_more_terms_than_are_packed_at_once_are_added_up() {
    GemmProblem p = GemmProblem.dense(DType.F32, 100, 190, 20_000);
    new Case(new Random(11), p).check(Gemm.prepare(p, all(Multiplier.PANELS, OWN)));
  }

  @Test
  void a_result_that_is_not_read_may_hold_anything() {
    GemmProblem p = GemmProblem.dense(DType.F32, 300, 300, 300);
    for (Multipliers multipliers : MULTIPLIERS) {
      PreparedGemm gemm = Gemm.prepare(p, multipliers);
      Case random = new Case(new Random(10), p);
      Arrays.fill(random.c, Double.NaN);
      random.check(gemm);
    }
  }

  @Test
  void a_symmetric_product_of_equal_factors_at_two_places_is_the_same() {
    Matrices a = new Matrices(List.of(), 300, 1);
    Matrices c = new Matrices(List.of(), 90, 1);
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      GemmProblem p =
          new GemmProblem(dtype, List.of(), 90, 90, 300, a, a.transposed(), c, 1, 0, true);
      Case random = new Case(new Random(8), p);
      for (Multipliers multipliers : MULTIPLIERS) {
        PreparedGemm gemm = Gemm.prepare(p, multipliers);
        try (Arena arena = Arena.ofConfined()) {
          long left = Memory.copy(arena, dtype, random.a);
          long right = Memory.copy(arena, dtype, random.a);
          long scratch = Memory.bytes(arena, gemm.scratchBytes(1));
          List<byte[]> results = new ArrayList<>();
          for (long other : new long[] {left, right}) {
            long to = Memory.copy(arena, dtype, random.c);
            gemm.run(WORKERS.getFirst(), left, other, to, scratch);
            results.add(Memory.bits(dtype, to, random.c.length));
          }
          assertArrayEquals(results.getFirst(), results.getLast(), gemm::description);
        }
      }
    }
  }

  @Test
  void a_product_prepared_once_runs_in_many_threads_at_once() throws InterruptedException {
    GemmProblem p = GemmProblem.dense(DType.F32, 64, 48, 4000);
    Case one = new Case(new Random(6), p);
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failures.add(e))
              .start(() -> {
                for (int repeat = 0; repeat < 5; repeat++) {
                  one.check();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
  }

  @Test
  void a_dtype_that_is_not_floating_and_strides_that_do_not_fit_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> GemmProblem.dense(DType.I32, 2, 2, 2));
    Matrices none = new Matrices(List.of(), 2, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new GemmProblem(DType.F32, List.of(3L), 2, 2, 2, none, none, none, 1, 0, false));
    assertThrows(
        IllegalArgumentException.class,
        () -> new GemmProblem(DType.F32, List.of(), 2, 3, 2, none, none, none, 1, 0, true));
  }
}
