package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.TestInfo;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.text.Parser;
import org.ntk4j.ir.text.Printer;

/// Compares programs with their text in `src/test/resources/golden/<class>/<method>.ir`.
///
/// Both sides are parsed and printed again first, so that spacing and names never matter. A failure
/// shows the difference and the command that accepts the new text.
public final class Golden {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  private Golden() {}

  /// The golden text of the running test method.
  public static void assertMatches(TestInfo test, Program actual) {
    String type = test.getTestClass().orElseThrow().getSimpleName();
    String method = test.getTestMethod().orElseThrow().getName();
    assertMatches(type + "/" + method, actual);
  }

  /// @param name of the text, `<class>/<text>`: a test with several texts names each
  public static void assertMatches(String name, Program actual) {
    Path file = Sources.findRoot().resolve("tests").resolve(DIRECTORY).resolve(name + ".ir");
    String printed = Printer.print(actual);
    String found = canonical(printed);
    if (!found.equals(printed)) {
      fail("printing is not stable under parsing:\n" + Diff.of(lines(printed), lines(found)));
    }
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, found);
        return;
      }
      String expected = Files.exists(file) ? canonical(Files.readString(file)) : "";
      if (!expected.equals(found)) {
        fail(message(name, Diff.of(lines(expected), lines(found))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String message(String name, String diff) {
    String test = name.replaceFirst("/.*", "");
    return "golden text "
        + name
        + ".ir differs (- golden, + found):\n"
        + diff
        + "to accept what was found: ./check -pl tests -am -Dtest="
        + test
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.update=true\n";
  }

  private static String canonical(String text) {
    return Printer.print(Parser.parse(text));
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }
}
