package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A Java process of its own, with the class path of this one.
final class Child {
  private Child() {}

  /// The lines that `main` prints.
  ///
  /// @param options of the process
  /// @param library which entries of the class path it is given
  static List<String> run(
      Class<?> main, List<String> options, Predicate<String> library, String... arguments)
      throws IOException, InterruptedException {
    return run(main, Map.of(), options, library, arguments);
  }

  /// The same with further environment variables.
  static List<String> run(
      Class<?> main,
      Map<String, String> environment,
      List<String> options,
      Predicate<String> library,
      String... arguments)
      throws IOException, InterruptedException {
    Ended ended = end(main, environment, options, library, arguments);
    assertEquals(0, ended.status, () -> String.join("\n", ended.lines));
    return ended.lines;
  }

  /// A process that has ended.
  ///
  /// @param lines what it printed
  record Ended(int status, List<String> lines) {
    Ended {
      lines = List.copyOf(lines);
    }
  }

  /// As [#run], of a process that may fail.
  static Ended end(
      Class<?> main,
      Map<String, String> environment,
      List<String> options,
      Predicate<String> library,
      String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(library)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ended(process.waitFor(), output.lines().toList());
  }
}
