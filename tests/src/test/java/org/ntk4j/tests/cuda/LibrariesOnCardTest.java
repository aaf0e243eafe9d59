package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.run.StepLibraries;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.tests.cpu.Compiled;
import org.ntk4j.tests.cpu.Programs;

/// Products and convolutions that are large enough for cuBLAS and cuDNN: by them, by kernels, and
/// by the evaluator, in each precision.
@Tag("standin")
@Tag("gpu")
class LibrariesOnCardTest {
  private final Optional<LibrariesStandIn> standIn =
      OnCard.isReal() ? Optional.empty() : Optional.of(LibrariesStandIn.open());

  @BeforeEach
  void start() {
    // Tests of single kernels look for races.
    OnCard.races(false);
  }

  @AfterEach
  void nothing_is_left() {
    standIn.ifPresent(LibrariesStandIn::close);
    OnCard.races(true);
    OnCard.assertNothingLeft();
  }

  /// `A B`, `Aᵀ B`, `A Bᵀ`, and several products of a batch.
  private static List<Program> products(DType dtype) {
    return List.of(
        Trace.program(
            List.of(Aval.of(dtype, 130, 260), Aval.of(dtype, 260, 140)),
            in -> List.of(in.get(0).matmul(in.get(1)))),
        Trace.program(
            List.of(Aval.of(dtype, 260, 130), Aval.of(dtype, 260, 140)),
            in -> List.of(in.get(0).transpose().matmul(in.get(1)))),
        Trace.program(
            List.of(Aval.of(dtype, 130, 260), Aval.of(dtype, 140, 260)),
            in -> List.of(in.get(0).matmul(in.get(1).transpose()).mul(0.02).tanh())),
        Trace.program(
            List.of(Aval.of(dtype, 3, 90, 160), Aval.of(dtype, 3, 160, 100)),
            in -> List.of(in.get(0).matmul(in.get(1)))));
  }

  /// On the stand-in, where kernels take their time, an ordinary one with its derivatives.
  private static List<Program> convolutions() {
    return OnCard.isReal()
        ? CudaConvolutions.all()
        : List.of(Derivatives.vjp(CudaConvolutions.layer(DType.F32)));
  }

  /// How far off results may be, relative to the largest.
  private static double tolerance(DType dtype, Precision precision) {
    if (dtype == DType.F64) {
      return 1e-12;
    }
    return switch (precision) {
      case FLOAT32, TF32X3, FLOAT64 -> 1e-5;
      case TF32 -> 3e-3;
      case BF16 -> 2e-2;
    };
  }

  private static boolean isRefused(DType dtype, Precision precision) {
    return dtype == DType.F32 && precision == Precision.FLOAT64;
  }

  @ParameterizedTest
  @EnumSource
  void products_by_cublas_and_by_kernels_are_the_evaluators(Precision precision) {
    StepLibraries libraries = StepLibraries.of(Device.open(0));
    assumeTrue(libraries.products().isPresent(), "there is no cuBLAS here");
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      if (isRefused(dtype, precision)) {
        continue;
      }
      for (Program p : products(dtype)) {
        MatrixProduct product = steps(p, Step.Product.class).findFirst().orElseThrow().product();
        boolean known = dtype == DType.F64 || precision != Precision.TF32X3;
        assertEquals(known, libraries.does(product, precision), product::toString);
        check(p, dtype, precision);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void convolutions_by_cudnn_and_by_kernels_are_the_evaluators(Precision precision) {
    StepLibraries libraries = StepLibraries.of(Device.open(0));
    assumeTrue(libraries.convolutions().isPresent(), "there is no cuDNN here");
    for (Program p : convolutions()) {
      DType dtype = p.inputAvals().getFirst().dtype();
      if (!isRefused(dtype, precision)) {
        check(p, dtype, precision);
      }
    }
    Program layer = CudaConvolutions.layer(DType.F32);
    Step.Convolution step = steps(layer, Step.Convolution.class).findFirst().orElseThrow();
    boolean known = precision == Precision.FLOAT32 || precision == Precision.TF32;
    assertEquals(
        known, libraries.convolutions().orElseThrow().convolution(step, precision).isPresent());
  }

  private static <T extends Step> Stream<T> steps(Program p, Class<T> type) {
    return Lowering.lower(p).steps().stream().filter(type::isInstance).map(type::cast);
  }

  /// Compares results with the evaluator's, and with those of runs that follow.
  private static void check(Program p, DType dtype, Precision precision) {
    List<Tensor> x = Programs.values(p, 5);
    List<Tensor> expected = Evaluator.run(p, x);
    CudaCompiler all = OnCard.compiler().withPrecision(precision);
    // On the stand-in kernels take their time; other tests run them in every precision.
    boolean byKernels = OnCard.isReal() || precision == Precision.TF32;
    List<CudaCompiler> compilers = byKernels ? List.of(all, all.withoutLibraries()) : List.of(all);
    for (CudaCompiler compiler : compilers) {
      try (CudaProgram compiled = compiler.compile(p)) {
        List<Tensor> first = compiled.run(x);
        for (int k = 0; k < expected.size(); k++) {
          double error = error(expected.get(k), first.get(k));
          assertTrue(
              error <= tolerance(dtype, precision),
              () -> "%s: off by %g in%n%s".formatted(precision, error, p));
        }
        for (int run = 0; run < 2; run++) {
          Compiled.assertSame(first, compiled.run(x));
        }
      }
    }
  }

  private static double error(Tensor expected, Tensor actual) {
    double most = 0;
    double error = 0;
    for (long i = 0; i < expected.size(); i++) {
      most = Math.max(most, Math.abs(expected.getDouble(i)));
      error = Math.max(error, Math.abs(expected.getDouble(i) - actual.getDouble(i)));
    }
    return error / most;
  }
}
