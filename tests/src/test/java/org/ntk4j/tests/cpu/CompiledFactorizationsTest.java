package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.CompiledProgram;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.TriangularSolve;

/// Factorizations and triangular systems, which a library does, beside the evaluator.
class CompiledFactorizationsTest {
  private static final int TRIES = 60;
  private static final int[] SIZES = {0, 1, 2, 3, 17, 64, 65, 130, 200};

  /// What may be found in a matrix.
  private static final double[] UNUSUAL = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, 0x1p-1060, 0x1p1023
  };

  private static Program program(Primitive op, List<Tensor> operands) {
    Builder b = new Builder();
    List<Var> in = operands.stream().map(x -> new Var(new Aval(x.dtype(), x.shape()))).toList();
    return b.build(in, b.emitAll(op, in));
  }

  private static int size(Random random) {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private static Shape batch(Random random) {
    return random.nextBoolean() ? Shape.of() : Shape.of(random.nextInt(3), 1 + random.nextInt(2));
  }

  private static Tensor matrices(Random random, DType dtype, Shape batch, int rows, int columns) {
    Tensor x = Tensor.zeros(dtype, batch.concat(Shape.of(rows, columns)));
    for (long i = 0; i < x.size(); i++) {
      x.setDouble(i, random.nextDouble(-1, 1));
    }
    return x;
  }

  /// Matrices with `n` and more on the diagonal: they are positive definite, whatever triangle of
  /// them is read, and well-conditioned.
  private static Tensor dominated(Random random, DType dtype, Shape batch, int n) {
    Tensor a = matrices(random, dtype, batch, n, n);
    for (long i = 0; i < a.size(); i++) {
      if (i / n % n == i % n) {
        a.setDouble(i, n + random.nextDouble());
      }
    }
    return a;
  }

  private static void disturb(Random random, Tensor x) {
    for (int k = random.nextInt(3); k >= 0 && x.size() > 0; k--) {
      x.setDouble(random.nextLong(x.size()), UNUSUAL[random.nextInt(UNUSUAL.length)]);
    }
  }

  /// Matrices of random sizes, every third time with something unusual in them.
  private static Tensor matricesToFactor(Random random, DType dtype, int attempt) {
    Tensor a = dominated(random, dtype, batch(random), size(random));
    if (attempt % 3 == 0) {
      disturb(random, a);
    }
    return a;
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void factors_of_all_sizes_are_the_evaluators(DType dtype) {
    Random random = new Random(1);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      List<Tensor> x = List.of(matricesToFactor(random, dtype, attempt));
      Compiled.assertEqualsEvaluator(program(new Cholesky(), x), x);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void a_matrix_that_has_no_factor_gives_what_the_evaluator_gives(DType dtype) {
    Random random = new Random(2);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      int n = 1 + random.nextInt(150);
      Tensor a = dominated(random, dtype, Shape.of(2), n);
      int row = random.nextInt(n);
      double bad = attempt % 2 == 0 ? -random.nextDouble() : UNUSUAL[random.nextInt(4)];
      a.setDouble((long) row * n + (attempt % 2 == 0 ? row : random.nextInt(row + 1)), bad);
      List<Tensor> x = List.of(a);
      Program p = program(new Cholesky(), x);
      List<Tensor> expected = Evaluator.run(p, x);
      Compiled.assertEqualsEvaluator(p, x);
      assertTrue(bad == 0 || Double.isNaN(expected.getFirst().getDouble(0)));
    }
  }

  private static TriangularSolve solve(int form) {
    return new TriangularSolve((form & 1) != 0, (form & 2) != 0, (form & 4) != 0);
  }

  /// A system of random size.
  private static List<Tensor> system(Random random, DType dtype, TriangularSolve op) {
    Shape batch = batch(random);
    int n = size(random);
    Tensor a = dominated(random, dtype, batch, n);
    if (op.unitDiagonal()) {
      for (long i = 0; i < a.size(); i++) {
        a.setDouble(i, a.getDouble(i) / n);
      }
    }
    return List.of(a, matrices(random, dtype, batch, n, size(random)));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void solutions_of_all_forms_are_the_evaluators(DType dtype) {
    Random random = new Random(3);
    for (int attempt = 0; attempt < 2 * TRIES; attempt++) {
      TriangularSolve op = solve(attempt % 8);
      List<Tensor> x = system(random, dtype, op);
      if (attempt % 3 == 0) {
        disturb(random, x.get(0));
        disturb(random, x.get(1));
      }
      Compiled.assertEqualsEvaluator(program(op, x), x);
    }
  }

  private static List<Tensor> run(Program p, List<Tensor> x, int threads) {
    try (CompiledProgram compiled = Compiled.compiler().withThreads(threads).compile(p)) {
      return compiled.run(x);
    }
  }

  /// They are factorized block by block: all of them, and up to what is wrong in one of the blocks.
  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void factors_of_large_matrices_are_the_evaluators(DType dtype) {
    Random random = new Random(5);
    for (int n : new int[] {513, 600, 768, 801}) {
      List<Tensor> x = List.of(dominated(random, dtype, Shape.of(2), n));
      Program p = program(new Cholesky(), x);
      Compiled.assertEqualsEvaluator(p, x);
      long row = random.nextInt(n);
      double bad = n % 2 == 0 ? Double.NaN : -1;
      x.getFirst().setDouble(n * (n + row) + row, bad);
      Compiled.assertEqualsEvaluator(p, x);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void bits_do_not_depend_on_the_number_of_threads(DType dtype) {
    Random random = new Random(4);
    for (Shape batch : List.of(Shape.of(), Shape.of(5))) {
      Tensor a = dominated(random, dtype, batch, 300);
      for (Tensor each : List.of(a, dominated(random, dtype, batch, 700))) {
        List<Tensor> one = List.of(each);
        Program cholesky = program(new Cholesky(), one);
        Compiled.assertSame(run(cholesky, one, 1), run(cholesky, one, 2));
      }
      List<Tensor> two = List.of(a, matrices(random, dtype, batch, 300, 301));
      for (int form = 0; form < 8; form++) {
        Program p = program(solve(form), two);
        Compiled.assertSame(run(p, two, 1), run(p, two, 2));
      }
    }
  }

  @Test
  void without_the_library_the_evaluator_does_them() throws IOException, InterruptedException {
    List<String> lines =
        Child.run(FactorizationsMain.class, List.of(), entry -> !entry.contains("openblas"));
    String output = String.join("\n", lines);
    assertTrue(output.contains("OpenBLAS none"), output);
  }
}
