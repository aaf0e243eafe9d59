package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// One command line of the tool, run: its exit status and what it printed.
record CommandLineRun(String command, int status, String out, String err) {
  static CommandLineRun of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    Tool tool =
        new Tool(Main.subcommands(), new PrintWriter(out, true), new PrintWriter(err, true), false);
    return new CommandLineRun(
        texts[0], tool.run(texts), normal(out.toString()), normal(err.toString()));
  }

  private static String normal(String text) {
    return text.replace(System.lineSeparator(), "\n");
  }

  /// Asserts that it did what was asked, and returns what it said.
  String succeeded() {
    assertEquals(0, status, () -> out + err);
    assertFalse(out.isEmpty());
    return out;
  }

  /// Asserts that it was refused with this line, and printed no result.
  void refused(String line) {
    assertEquals(2, status, () -> out + err);
    assertEquals(
        List.of("ntk: " + line, "Try 'ntk " + command + " --help'."), err.lines().toList());
    assertEquals("", out);
  }

  /// Asserts that it failed with one line that contains all of `parts`.
  void failed(String... parts) {
    assertEquals(1, status, () -> out + err);
    assertEquals(1, err.lines().count(), err);
    Stream.of(parts).forEach(part -> assertTrue(err.contains(part), err));
    assertEquals("", out);
  }

  /// A copy of the resource `name` in `directory`.
  static Path resource(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = CommandLineRun.class.getResourceAsStream(name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }
}
