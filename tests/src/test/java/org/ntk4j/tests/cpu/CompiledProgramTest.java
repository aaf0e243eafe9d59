package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.CompiledProgram;
import org.ntk4j.ir.Program;

class CompiledProgramTest extends CompiledProgramContract {
  /// How often a program is compiled, run and closed in a round: `-Dntk.cycles=10000`.
  private static final int CYCLES = Integer.getInteger("ntk.cycles", 300);

  private static final long LEAK_BYTES = 16L << 20;

  CompiledProgramTest() {
    super(Programs.layers(96, 12), 50, Programs.layers(200, 30));
  }

  @Override
  protected CompiledProgram compile(Program p) {
    return Compiled.compiler().compile(p);
  }

  @Override
  protected long peakBytes(Program p) {
    return Compiled.compiler().peakBytes(p);
  }

  @Override
  protected void assertEqualsEvaluator(Program p, List<Tensor> arguments) {
    Compiled.assertEqualsEvaluator(p, arguments);
  }

  @Test
  void bits_do_not_depend_on_the_number_of_threads() {
    for (Program p : List.of(Programs.layers(300, 48), Programs.recurrence(64, 9))) {
      List<Tensor> x = Programs.values(p, 2);
      try (CompiledProgram one = Compiled.compiler().withThreads(1).compile(p)) {
        List<Tensor> expected = one.run(x);
        for (int threads : new int[] {2, 3, 8}) {
          try (CompiledProgram more = Compiled.compiler().withThreads(threads).compile(p)) {
            Compiled.assertSame(expected, more.run(x));
          }
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void compiling_running_and_closing_leaves_memory_where_it_was()
      throws IOException, InterruptedException {
    // In a process of its own, whose Java heap does not grow.
    List<String> options = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");
    List<String> output = Child.run(CyclesMain.class, options, _ -> true, Integer.toString(CYCLES));
    long grown = Long.parseLong(output.getLast());
    assertTrue(grown < LEAK_BYTES, () -> grown + " bytes more");
  }
}
