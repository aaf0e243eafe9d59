package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.cuda.text.ProductText;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;

/// Kernels of matrix products against a loop in `f64`.
@Tag("standin")
@Tag("gpu")
class ProductTextTest {
  private static final double UNTOUCHED = 77;

  @BeforeEach
  void start() {
    OnCard.start(17);
  }

  @Test
  void products_of_any_sizes_and_strides_are_those_of_a_loop() {
    Random random = new Random(11);
    long[] sizes = {1, 2, 3, 5, 8, 16, 17, 31, 33, 64, 65, 100};
    List<Case> cases = new ArrayList<>();
    for (int trial = 0; trial < 60; trial++) {
      DType dtype = List.of(DType.F32, DType.F32, DType.F64, DType.I32, DType.I64).get(trial % 5);
      long inner = trial % 15 == 14 ? 0 : sizes[random.nextInt(sizes.length)];
      cases.add(
          new Case(
              product(
                  random,
                  dtype,
                  sizes[random.nextInt(sizes.length)],
                  sizes[random.nextInt(sizes.length)],
                  inner),
              Precision.FLOAT32));
    }
    check(cases, random);
  }

  @Test
  void every_precision_rounds_as_it_says() {
    Random random = new Random(12);
    List<Case> cases = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      for (long[] size : new long[][] {{33, 40, 64}, {64, 64, 50}, {130, 128, 20}, {25, 90, 33}}) {
        DType dtype = precision == Precision.FLOAT64 ? DType.F64 : DType.F32;
        cases.add(new Case(product(random, dtype, size[0], size[1], size[2]), precision));
      }
    }
    check(cases, random);
  }

  @Test
  void large_tiles_are_those_of_a_loop() {
    Random random = new Random(15);
    List<Case> cases = new ArrayList<>();
    for (Precision precision : List.of(Precision.FLOAT32, Precision.TF32X3, Precision.BF16)) {
      Factor a = new Factor(0, List.of(0L), 17, 1);
      Factor b = new Factor(4, List.of(0L), 200, 1);
      Factor c = new Factor(0, List.of(128L * 128), 128, 1);
      cases.add(
          new Case(
              new MatrixProduct(DType.F32, List.of(100L), 128, 128, 17, a, b, c, 1, false),
              precision));
    }
    assertTrue(cases.stream().allMatch(c -> text(c).contains("in tiles of 128 x 128")));
    // Small tiles have the same barriers.
    OnCard.races(false);
    check(cases, random);
  }

  private static String text(Case each) {
    return each.code("x").kernels().getFirst().text();
  }

  @Test
  void long_sums_are_cut() {
    Random random = new Random(13);
    List<Case> cases = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      cases.add(new Case(product(random, DType.F32, 30, 34, 3000), precision));
    }
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I32)) {
      cases.add(new Case(product(random, dtype, 1, 1, 5000), Precision.FLOAT32));
      cases.add(new Case(product(random, dtype, 1, 70, 2100), Precision.FLOAT32));
      cases.add(new Case(product(random, dtype, 40, 3, 2500), Precision.FLOAT32));
    }
    assertTrue(cases.stream().anyMatch(c -> c.code("x").scratchBytes() > 0));
    check(cases, random);
  }

  @Test
  void symmetric_products_are_symmetric_to_the_bit() {
    Random random = new Random(14);
    List<Case> cases = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      for (long[] size : new long[][] {{40, 30}, {131, 17}, {30, 2000}, {9, 6}, {1, 100}}) {
        cases.add(new Case(symmetric(DType.F32, size[0], size[1], random.nextInt(3)), precision));
      }
    }
    cases.add(new Case(symmetric(DType.F64, 70, 40, 0), Precision.FLOAT64));
    check(cases, random);
  }

  @Test
  void infinities_and_the_largest_numbers_are_multiplied_as_any_number() {
    Random random = new Random(16);
    for (Precision precision : Precision.values()) {
      for (long inner : new long[] {40, 3000}) {
        Factor a = new Factor(0, List.of(), inner, 1);
        Factor b = new Factor(0, List.of(), 70, 1);
        Factor c = new Factor(0, List.of(), 70, 1);
        Case each =
            new Case(
                new MatrixProduct(DType.F32, List.of(), 50, 70, inner, a, b, c, 1, false),
                precision);
        StepCode code = each.code("product");
        try (TextRun run = new TextRun(List.of(code))) {
          checkSpecial(each, random, buffers -> run.run(code, buffers, 0));
        }
      }
    }
  }

  private static void checkSpecial(Case each, Random random, Consumer<List<Tensor>> run) {
    MatrixProduct p = each.product;
    Tensor a = random(random, p.dtype(), p.rows() * p.inner());
    Tensor b = random(random, p.dtype(), p.inner() * p.columns());
    a.setDouble(3 * p.inner() + 5, Double.POSITIVE_INFINITY);
    a.setDouble(20 * p.inner() + 33, Double.NEGATIVE_INFINITY);
    a.setDouble(20 * p.inner() + 34, Double.POSITIVE_INFINITY);
    a.setDouble(49 * p.inner() + 9, Double.NaN);
    b.setDouble(39 * p.columns() + 69, Double.POSITIVE_INFINITY);
    b.setDouble(5 * p.columns() + 68, Double.NEGATIVE_INFINITY);
    b.setDouble(5 * p.columns() + 67, 0);
    boolean isRounded = each.precision == Precision.TF32 || each.precision == Precision.BF16;
    if (!isRounded) {
      a.setDouble(11 * p.inner() + 7, Float.MAX_VALUE);
      for (long j = 7 * p.columns(); j < 8 * p.columns(); j++) {
        b.setDouble(j, b.getDouble(j) / 10);
      }
    }
    Tensor c = Tensor.zeros(p.dtype(), Shape.of(p.rows() * p.columns()));
    run.accept(List.of(a, b, c));
    for (int i = 0; i < p.rows(); i++) {
      for (int j = 0; j < p.columns(); j++) {
        double sum = 0;
        double sizes = 0;
        for (long k = 0; k < p.inner(); k++) {
          double x = a.getDouble(i * p.inner() + k) * b.getDouble(k * p.columns() + j);
          sum += x;
          sizes += Math.abs(x);
        }
        double found = c.getDouble(i * p.columns() + j);
        // A product of two rounded numbers is off by the sum of their errors.
        double error = isRounded ? 0x1p-7 * sizes : sizes * tolerance(p, each.precision);
        boolean isAlike =
            Double.isFinite((float) sum)
                ? Math.abs(found - sum) <= error
                : Double.compare(found, (float) sum) == 0;
        assertTrue(
            isAlike, "%d, %d in %s is %s, not %s".formatted(i, j, each.precision, found, sum));
      }
    }
  }

  record Case(MatrixProduct product, Precision precision) {
    StepCode code(String name) {
      return ProductText.of(product, precision, name);
    }
  }

  private static MatrixProduct product(
      Random random, DType dtype, long rows, long columns, long inner) {
    List<Long> batch = new ArrayList<>();
    while (rows * columns * inner < 40_000 && random.nextInt(2) == 0 && batch.size() < 2) {
      batch.add(1L + random.nextInt(3));
    }
    double alpha = random.nextInt(3) == 0 ? 3 : 1;
    return new MatrixProduct(
        dtype,
        batch,
        rows,
        columns,
        inner,
        factor(random, batch, rows, inner, random.nextBoolean(), true),
        factor(random, batch, inner, columns, random.nextBoolean(), true),
        factor(random, batch, rows, columns, false, false),
        alpha,
        false);
  }

  static Factor factor(
      Random random, List<Long> batch, long rows, long columns, boolean turned, boolean isRead) {
    int pad = List.of(0, 0, 1, 4).get(random.nextInt(4));
    long distance = (turned ? rows : columns) + pad;
    long size = (turned ? columns : rows) * distance + pad;
    List<Long> strides = new ArrayList<>();
    for (int d = batch.size() - 1; d >= 0; d--) {
      boolean repeated = isRead && random.nextInt(4) == 0;
      strides.addFirst(repeated ? 0 : size);
      size *= repeated ? 1 : batch.get(d);
    }
    long offset = List.of(0, 0, 3, 8).get(random.nextInt(4));
    return new Factor(offset, strides, turned ? 1 : distance, turned ? distance : 1);
  }

  private static MatrixProduct symmetric(DType dtype, long size, long inner, int pad) {
    Factor a = new Factor(0, List.of(), inner + pad, 1);
    Factor b = new Factor(0, List.of(), 1, inner + pad);
    Factor c = new Factor(pad, List.of(), size + pad, 1);
    return new MatrixProduct(dtype, List.of(), size, size, inner, a, b, c, 1, true);
  }

  private static void check(List<Case> cases, Random random) {
    List<StepCode> codes = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      codes.add(cases.get(i).code("product" + i));
    }
    try (TextRun run = new TextRun(codes)) {
      for (int i = 0; i < cases.size(); i++) {
        check(cases.get(i), codes.get(i), run, random);
      }
    }
  }

  private static void check(Case each, StepCode code, TextRun run, Random random) {
    long bytes = each.product.dtype().sizeBytes();
    long shift = random.nextInt(3) == 0 ? bytes : 0;
    check(each, random, buffers -> run.run(code, buffers, shift));
  }

  /// Computes `p` of random numbers by `run`, which is given `A`, `B` and `C`.
  static void check(Case each, Random random, Consumer<List<Tensor>> run) {
    MatrixProduct p = each.product;
    Tensor a = random(random, p.dtype(), extent(p, p.a(), p.rows(), p.inner()));
    Tensor b =
        p.symmetric() ? a : random(random, p.dtype(), extent(p, p.b(), p.inner(), p.columns()));
    Tensor c = Tensor.zeros(p.dtype(), Shape.of(extent(p, p.c(), p.rows(), p.columns())));
    for (long e = 0; e < c.size(); e++) {
      set(c, e, UNTOUCHED);
    }
    double[] expected = new double[Math.toIntExact(c.size())];
    Arrays.fill(expected, UNTOUCHED);
    double[] bound = new double[expected.length];
    fill(each, a, b, expected, bound);
    run.accept(List.of(a, b, c));
    for (int e = 0; e < expected.length; e++) {
      double found = get(c, e);
      assertTrue(
          Math.abs(found - expected[e]) <= bound[e],
          "element %d of %s in %s is %s, expected %s within %s"
              .formatted(e, p, each.precision, found, expected[e], bound[e]));
    }
    if (p.symmetric()) {
      checkMirrored(p, c);
    }
  }

  private static void checkMirrored(MatrixProduct p, Tensor c) {
    for (long i = 0; i < p.rows(); i++) {
      for (long j = 0; j < i; j++) {
        long lower = p.c().offset() + i * p.c().rowStride() + j;
        long upper = p.c().offset() + j * p.c().rowStride() + i;
        assertEquals(get(c, upper), get(c, lower), 0, "%d, %d of %s".formatted(i, j, p));
      }
    }
  }

  /// What is expected where something is written, and how far from it a result may be.
  private static void fill(Case each, Tensor a, Tensor b, double[] expected, double[] bound) {
    MatrixProduct p = each.product;
    DoubleUnaryOperator rounded = rounding(each);
    long matrices = p.batch().stream().reduce(1L, (x, y) -> x * y);
    for (long z = 0; z < matrices; z++) {
      for (long i = 0; i < p.rows(); i++) {
        for (long j = 0; j < p.columns(); j++) {
          double sum = 0;
          double sizes = 0;
          long row = at(p, p.a(), z, i, 0);
          long column = at(p, p.b(), z, 0, j);
          for (long k = 0; k < p.inner(); k++) {
            double x = rounded.applyAsDouble(get(a, row + k * p.a().columnStride()));
            double y = rounded.applyAsDouble(get(b, column + k * p.b().rowStride()));
            sum += x * y;
            sizes += Math.abs(x * y);
          }
          int to = Math.toIntExact(at(p, p.c(), z, i, j));
          expected[to] = p.alpha() * sum;
          bound[to] = p.alpha() * sizes * tolerance(p, each.precision);
        }
      }
    }
  }

  private static double tolerance(MatrixProduct p, Precision precision) {
    return switch (p.dtype()) {
      case F32 -> (precision == Precision.TF32X3 ? 5e-7 : 2.5e-7) * Math.sqrt(p.inner() + 4);
      case F64 -> 1e-15 * (p.inner() + 4);
      case I32, I64, BOOL -> 0;
    };
  }

  /// Thin products are not rounded.
  private static DoubleUnaryOperator rounding(Case each) {
    MatrixProduct p = each.product;
    boolean thin = Math.min(p.rows(), p.columns()) < 24 || p.dtype() != DType.F32;
    return switch (each.precision) {
      case FLOAT32, FLOAT64, TF32X3 -> x -> x;
      case TF32 -> thin ? x -> x : x -> bits(Float.floatToIntBits((float) x) + 0x1000, 13);
      case BF16 ->
          thin
              ? x -> x
              : x -> {
                int bits = Float.floatToIntBits((float) x);
                return bits(bits + 0x7fff + (bits >>> 16 & 1), 16);
              };
    };
  }

  private static double bits(int bits, int cut) {
    return Float.intBitsToFloat(bits >> cut << cut);
  }

  private static long at(MatrixProduct p, Factor f, long z, long row, long column) {
    long at = f.offset() + row * f.rowStride() + column * f.columnStride();
    long rest = z;
    for (int d = p.batch().size() - 1; d >= 0; d--) {
      at += rest % p.batch().get(d) * f.batchStrides().get(d);
      rest /= p.batch().get(d);
    }
    return at;
  }

  private static long extent(MatrixProduct p, Factor f, long rows, long columns) {
    long matrices = p.batch().stream().reduce(1L, (x, y) -> x * y);
    return rows * columns == 0 ? f.offset() + 1 : at(p, f, matrices - 1, rows - 1, columns - 1) + 1;
  }

  private static Tensor random(Random random, DType dtype, long size) {
    Tensor x = Tensor.zeros(dtype, Shape.of(size));
    for (long e = 0; e < size; e++) {
      set(x, e, dtype.isFloating() ? random.nextGaussian() : random.nextInt(21) - 10);
    }
    return x;
  }

  static double get(Tensor x, long e) {
    return x.dtype().isFloating() ? x.getDouble(e) : x.getLong(e);
  }

  static void set(Tensor x, long e, double value) {
    if (x.dtype().isFloating()) {
      x.setDouble(e, value);
    } else {
      x.setLong(e, (long) value);
    }
  }
}
