package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    // The caller is one of them.
    assertEquals(List.of("ran by cpu"), threads("1"));
    assertEquals(List.of("ran by cpu", "ntk4j-cpu-1", "ntk4j-cpu-2"), threads("3"));
  }

  private static List<String> threads(String number) throws IOException, InterruptedException {
    return Child.run(ThreadsMain.class, List.of(asked(number)), _ -> true);
  }

  private static String asked(String threads) {
    return "-Dorg.ntk4j.threads=" + threads;
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "two", "10000"})
  void what_is_no_number_of_threads_is_one_error(String threads)
      throws IOException, InterruptedException {
    for (String engine : List.of("cpu", "interpreter")) {
      List<String> options = List.of(asked(threads), "-Dorg.ntk4j.engine=" + engine);
      Child.Ended ended = Child.end(ThreadsMain.class, Map.of(), options, _ -> true);
      String output = String.join("\n", ended.lines());
      assertEquals(1, ended.status(), output);
      String error =
          "Exception in thread \"main\" java.lang.IllegalArgumentException: "
              + asked(threads)
              + "; expected a number of threads from 1 to 9999";
      assertEquals(error, ended.lines().getFirst(), output);
      // All that follows is where it happened.
      assertTrue(ended.lines().stream().skip(1).allMatch(l -> l.startsWith("\tat ")), output);
    }
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
