package org.ntk4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.library.Libraries;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.ir.eval.LinearAlgebra;
import org.ntk4j.ir.eval.LinearAlgebra.Matrices;
import org.ntk4j.ir.eval.LinearAlgebra.Sizes;

class CpuLinearAlgebraTest {
  private final LinearAlgebra cpu = new CpuLinearAlgebra();

  @Test
  void is_the_service_that_is_found() {
    assertTrue(
        ServiceLoader.load(LinearAlgebra.class).findFirst().orElseThrow()
            instanceof CpuLinearAlgebra);
  }

  @Test
  void the_native_library_is_loaded() {
    assertTrue(Libraries.openBlas());
  }

  /// A product of given sizes, every operand stored row by row or column by column, in a larger
  /// matrix.
  private static final class Case {
    final DType dtype;
    final Sizes sizes;
    final Tensor x;
    final Tensor y;
    final Tensor start;
    final Matrices a;
    final Matrices b;
    final double alpha;
    final double beta;
    final long gap;

    Case(Random random, DType dtype, Sizes sizes) {
      this.dtype = dtype;
      this.sizes = sizes;
      this.gap = random.nextInt(3);
      this.x = random(random, sizes.rows());
      this.y = random(random, sizes.columns());
      this.a = matrices(x, sizes.rows(), random.nextBoolean());
      this.b = matrices(y, sizes.columns(), random.nextBoolean());
      this.alpha = random.nextInt(-1, 3);
      this.beta = random.nextInt(0, 3);
      long n = sizes.batch() * sizes.rows() * (sizes.columns() + gap);
      this.start = fill(random, Tensor.zeros(dtype, Shape.of(n)));
    }

    private Tensor random(Random random, long rows) {
      long size = sizes.batch() * (rows + gap) * (sizes.inner() + gap);
      return fill(random, Tensor.zeros(dtype, Shape.of(size)));
    }

    private static Tensor fill(Random random, Tensor t) {
      for (long i = 0; i < t.size(); i++) {
        t.setDouble(i, random.nextGaussian());
      }
      return t;
    }

    private Matrices matrices(Tensor t, long rows, boolean byColumns) {
      long batch = (rows + gap) * (sizes.inner() + gap);
      return byColumns
          ? new Matrices(t.segment(), 0, batch, 1, rows + gap)
          : new Matrices(t.segment(), 0, batch, sizes.inner() + gap, 1);
    }

    Tensor run(LinearAlgebra algebra) {
      Tensor z = start.copy();
      long width = sizes.columns() + gap;
      Matrices c = new Matrices(z.segment(), 0, sizes.rows() * width, width, 1);
      algebra.multiply(dtype, sizes, alpha, a, b, beta, c);
      return z;
    }
  }

  @Test
  void products_are_those_of_the_reference() {
    long seed = 17;
    Random random = new Random(seed);
    for (int trial = 0; trial < 120; trial++) {
      DType dtype = trial % 2 == 0 ? DType.F32 : DType.F64;
      Sizes sizes =
          new Sizes(
              1 + random.nextInt(3),
              random.nextInt(1 << random.nextInt(10)),
              random.nextInt(1 << random.nextInt(10)),
              random.nextInt(1 << random.nextInt(8)));
      Case c = new Case(random, dtype, sizes);
      Tensor expected = c.run(LinearAlgebra.reference());
      Tensor z = c.run(cpu);
      double tolerance = (dtype == DType.F32 ? 1e-5 : 1e-13) * (1 + sizes.inner());
      for (long i = 0; i < z.size(); i++) {
        assertEquals(
            expected.getDouble(i), z.getDouble(i), tolerance, "seed " + seed + ": " + sizes);
      }
    }
  }

  @Test
  void results_do_not_depend_on_the_number_of_threads() {
    Random random = new Random(5);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      for (Sizes sizes :
          new Sizes[] {
            new Sizes(1, 700, 513, 300), new Sizes(40, 30, 50, 60), new Sizes(1, 3, 5000, 64)
          }) {
        Case c = new Case(random, dtype, sizes);
        Tensor expected = c.run(cpu);
        for (int threads = 1; threads <= 5; threads++) {
          try (Workers workers = new Workers(threads)) {
            assertTrue(expected.sameAs(c.run(new CpuLinearAlgebra(workers))), sizes::toString);
          }
        }
      }
    }
  }

  @Test
  void gram_is_symmetric_to_the_bit_and_that_of_the_reference() {
    Random random = new Random(6);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      for (long n : new long[] {1, 40, 255, 256, 257, 600}) {
        Tensor x = Case.fill(random, Tensor.zeros(dtype, Shape.of(2, n, 33)));
        Tensor z = Tensor.zeros(dtype, Shape.of(2, n, n));
        Tensor expected = Tensor.zeros(dtype, Shape.of(2, n, n));
        Matrices a = Matrices.rowMajor(x.segment(), n, 33);
        Sizes sizes = new Sizes(2, n, n, 33);
        cpu.gram(dtype, sizes, a, Matrices.rowMajor(z.segment(), n, n));
        LinearAlgebra.reference()
            .multiply(dtype, sizes, 1, a, a, 0, Matrices.rowMajor(expected.segment(), n, n));
        for (long i = 0; i < z.size(); i++) {
          long mirrored = i / (n * n) * n * n + i % n * n + i / n % n;
          assertEquals(z.getDouble(mirrored), z.getDouble(i));
          double tolerance = dtype == DType.F32 ? 1e-4 : 1e-12;
          assertEquals(expected.getDouble(i), z.getDouble(i), tolerance);
        }
      }
    }
  }

  @Test
  void products_run_from_many_threads() {
    Case c = new Case(new Random(8), DType.F32, new Sizes(2, 300, 300, 100));
    Tensor expected = c.run(cpu);
    IntStream.range(0, 32).parallel().forEach(_ -> assertTrue(expected.sameAs(c.run(cpu))));
  }
}
