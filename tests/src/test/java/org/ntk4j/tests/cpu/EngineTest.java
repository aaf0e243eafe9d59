package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which engine runs programs, each in a process of its own.
class EngineTest {
  @Test
  void without_options_programs_are_compiled() throws IOException, InterruptedException {
    assertEquals(List.of("cpu"), Child.run(EngineMain.class, List.of(), _ -> true));
  }

  @Test
  void the_interpreter_can_be_asked_for() throws IOException, InterruptedException {
    List<String> options = List.of("-Dorg.ntk4j.engine=interpreter");
    assertEquals(List.of("interpreter"), Child.run(EngineMain.class, options, _ -> true));
  }

  @Test
  void the_number_of_threads_can_be_asked_for() throws IOException, InterruptedException {
    List<String> options = List.of("-Dorg.ntk4j.threads=1");
    assertEquals(List.of("cpu"), Child.run(EngineMain.class, options, _ -> true));
  }

  @Test
  void without_the_native_library_there_is_one_warning_and_the_interpreter()
      throws IOException, InterruptedException {
    List<String> lines = Child.run(EngineMain.class, List.of(), entry -> !entry.contains("llvm"));
    assertEquals("interpreter", lines.getLast());
    assertEquals(1, lines.stream().filter(line -> line.contains("LLVM cannot be loaded")).count());
    // The logger prints a line of its own before each message.
    assertTrue(lines.size() <= 3, () -> String.join("\n", lines));
  }
}
