package org.ntk4j.golden;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.TestInfo;

/// A file with the text that a test is to find.
///
/// A failure shows the difference and the command that accepts the new text.
///
/// @param file where it is
/// @param module of the test
/// @param test name of the test class
public record GoldenFile(Path file, String module, String test) {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  /// The file of the running test method, `src/test/resources/golden/<class>/<method><ending>` of
  /// its module.
  public static GoldenFile of(TestInfo test, String module, String ending) {
    String type = test.getTestClass().orElseThrow().getSimpleName();
    String method = test.getTestMethod().orElseThrow().getName();
    return new GoldenFile(DIRECTORY.resolve(type, method + ending), module, type);
  }

  /// Asserts that `found` is what the file holds.
  public void assertMatches(String found) {
    assertMatches(found, text -> text);
  }

  /// Asserts that `found` is what the file holds in canonical form.
  public void assertMatches(String found, UnaryOperator<String> canonical) {
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, found);
        return;
      }
      String expected = Files.exists(file) ? canonical.apply(Files.readString(file)) : "";
      if (!expected.equals(found)) {
        fail(message(Diff.of(lines(expected), lines(found))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String message(String diff) {
    return file
        + " differs (- golden, + found):\n"
        + diff
        + "to accept what was found: ./check -pl "
        + module
        + " -am -Dtest="
        + test
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.update=true\n";
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }
}
