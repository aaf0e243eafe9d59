package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.tests.cpu.Compiled;
import org.ntk4j.tests.cpu.Programs;
import org.ntk4j.tests.cuda.LibrariesStandIn.Refused;

/// Programs whose convolutions a stand-in for cuDNN computes.
@Tag("standin")
class CudnnConvolutionsTest {
  private final LibrariesStandIn standIn = LibrariesStandIn.open();

  @AfterEach
  void nothing_is_left() {
    standIn.close();
    assertEquals(0, standIn.live(), "handles and descriptors");
    OnCard.assertNothingLeft();
  }

  @Test
  void convolutions_by_cudnn_are_the_evaluators() {
    for (Program p : CudaConvolutions.all()) {
      List<Tensor> x = Programs.values(p, 3);
      CudaCompiler compiler = OnCard.compiler();
      try (CudaProgram compiled = compiler.compile(p)) {
        assertEquals(compiled.peakBytes(), compiler.peakBytes(p), "bytes known before");
        long before = standIn.convolutions();
        List<Tensor> expected = Evaluator.run(p, x);
        Compiled.assertClose(p, expected, compiled.run(x));
        long all = p.equations().stream().filter(e -> e.op() instanceof Conv).count();
        assertEquals(all, standIn.convolutions() - before, () -> "by cuDNN:\n" + p);
        for (int run = 0; run < 2; run++) {
          Compiled.assertClose(p, expected, compiled.run(x));
        }
        assertEquals(2, standIn.live(), "a handle of each library");
      }
    }
  }

  @Test
  void what_cudnn_refuses_kernels_do() {
    Program p = CudaConvolutions.layer(DType.F32);
    List<Tensor> x = Programs.values(p, 4);
    List<Tensor> expected = Evaluator.run(p, x);
    for (Refused what : Refused.values()) {
      standIn.refuse(what);
      try (CudaProgram compiled = OnCard.compiler().compile(p)) {
        long before = standIn.convolutions();
        Compiled.assertClose(p, expected, compiled.run(x));
        assertEquals(what == Refused.NOTHING, standIn.convolutions() > before, what::toString);
        assertEquals(2, standIn.live(), what::toString);
      }
    }
  }

  @Test
  void what_cudnn_does_not_multiply_in_is_left_to_kernels() {
    Program p = CudaConvolutions.layer(DType.F32);
    List<Tensor> x = Programs.values(p, 5);
    long before = standIn.convolutions();
    for (Precision precision : List.of(Precision.TF32X3, Precision.BF16)) {
      try (CudaProgram compiled = OnCard.compiler().withPrecision(precision).compile(p)) {
        compiled.run(x);
      }
    }
    assertEquals(before, standIn.convolutions());
  }

  @Test
  void all_compilers_of_a_card_share_its_libraries() {
    CudaCompiler first = OnCard.compiler();
    long live = standIn.live();
    for (int k = 0; k < 3; k++) {
      assertTrue(OnCard.compiler() != first);
    }
    assertEquals(2, live);
    assertEquals(live, standIn.live());
  }
}
