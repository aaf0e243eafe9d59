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

  /// Runs it by everybody who can do it.
  private static void check(GemmCase one) {
    MULTIPLIERS.forEach(multipliers -> one.check(Gemm.prepare(one.problem(), multipliers)));
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
      check(new GemmCase(random, random(random, sides, 4)));
    }
  }

  @Test
  void large_products_in_many_tiles_are_those_of_a_loop() {
    Random random = new Random(2);
    long[] sides = {1, 7, 96, 130, 300};
    for (int trial = 0; trial < 25; trial++) {
      check(new GemmCase(random, random(random, sides, 2)));
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
        check(new GemmCase(random, p));
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
          check(new GemmCase(random, p));
          assertSymmetric(p);
        }
      }
    }
  }

  private static void assertSymmetric(GemmProblem p) {
    MULTIPLIERS.forEach(multipliers -> assertSymmetric(p, Gemm.prepare(p, multipliers)));
  }

  private static void assertSymmetric(GemmProblem p, PreparedGemm gemm) {
    GemmCase random = new GemmCase(new Random(5), p);
    try (Arena arena = Arena.ofConfined()) {
      long a = Memory.copy(arena, p.dtype(), random.left());
      long c = Memory.copy(arena, p.dtype(), random.before());
      gemm.run(new Workers(2), a, a, c, Memory.bytes(arena, gemm.scratchBytes(2)));
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
        new GemmCase(random, p).check(gemm);
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
        new GemmCase(random, p).check(gemm);
      }
    }
  }

  @Test
  void panels_of_more_terms_than_are_packed_at_once_are_added_up() {
    GemmProblem p = GemmProblem.dense(DType.F32, 100, 190, 20_000);
    new GemmCase(new Random(11), p).check(Gemm.prepare(p, all(Multiplier.PANELS, OWN)));
  }

  @Test
  void a_result_that_is_not_read_may_hold_anything() {
    GemmProblem p = GemmProblem.dense(DType.F32, 300, 300, 300);
    for (Multipliers multipliers : MULTIPLIERS) {
      PreparedGemm gemm = Gemm.prepare(p, multipliers);
      GemmCase random = new GemmCase(new Random(10), p);
      Arrays.fill(random.before(), Double.NaN);
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
      GemmCase random = new GemmCase(new Random(8), p);
      for (Multipliers multipliers : MULTIPLIERS) {
        PreparedGemm gemm = Gemm.prepare(p, multipliers);
        try (Arena arena = Arena.ofConfined()) {
          long left = Memory.copy(arena, dtype, random.left());
          long right = Memory.copy(arena, dtype, random.left());
          long scratch = Memory.bytes(arena, gemm.scratchBytes(1));
          List<byte[]> results = new ArrayList<>();
          for (long other : new long[] {left, right}) {
            long to = Memory.copy(arena, dtype, random.before());
            gemm.run(new Workers(1), left, other, to, scratch);
            results.add(Memory.bits(dtype, to, random.before().length));
          }
          assertArrayEquals(results.getFirst(), results.getLast(), gemm::description);
        }
      }
    }
  }

  @Test
  void a_product_prepared_once_runs_in_many_threads_at_once() throws InterruptedException {
    GemmProblem p = GemmProblem.dense(DType.F32, 64, 48, 4000);
    GemmCase one = new GemmCase(new Random(6), p);
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failures.add(e))
              .start(() -> {
                for (int repeat = 0; repeat < 5; repeat++) {
                  check(one);
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
