package org.ntk4j.tests.cuda;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.ir.Program;
import org.ntk4j.tests.cpu.Compiled;
import org.ntk4j.tests.cpu.CompiledProgramContract;
import org.ntk4j.tests.cpu.Programs;

@Tag("standin")
@Tag("gpu")
class CudaProgramTest extends CompiledProgramContract {
  CudaProgramTest() {
    super(Programs.layers(32, 6), 10, Programs.layers(60, 8));
  }

  @Override
  protected CudaProgram compile(Program p) {
    return OnCard.compiler().compile(p);
  }

  @Override
  protected long peakBytes(Program p) {
    return OnCard.compiler().peakBytes(p);
  }

  @Override
  protected void assertEqualsEvaluator(Program p, List<Tensor> arguments) {
    OnCard.assertEqualsEvaluator(p, arguments);
  }

  @AfterEach
  void nothing_is_left() {
    OnCard.assertNothingLeft();
  }

  @Test
  void bits_do_not_depend_on_the_order_of_threads_and_blocks() {
    for (Program p : List.of(Programs.layers(70, 9), Programs.recurrence(64, 9))) {
      List<Tensor> x = Programs.values(p, 2);
      try (CudaProgram compiled = OnCard.compiler().compile(p)) {
        List<Tensor> expected = compiled.run(x);
        for (long order = 1; order < 6; order++) {
          OnCard.order(order);
          Compiled.assertSame(expected, compiled.run(x));
        }
      } finally {
        OnCard.order(0);
      }
    }
  }
}
