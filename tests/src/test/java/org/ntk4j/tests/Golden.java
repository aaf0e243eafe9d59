package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.TestInfo;
import org.ntk4j.golden.Diff;
import org.ntk4j.golden.GoldenFile;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.text.Parser;
import org.ntk4j.ir.text.Printer;

/// Compares programs with their text in `src/test/resources/golden/<class>/<method>.ir`, and other
/// texts with any file.
///
/// Programs are parsed and printed again first, so that spacing and names never matter. A failure
/// shows the difference and the command that accepts the new text.
public final class Golden {
  private static final String DIRECTORY = "src/test/resources/golden";

  private Golden() {}

  /// The golden text of the running test method.
  public static void assertMatches(TestInfo test, Program actual) {
    String type = test.getTestClass().orElseThrow().getSimpleName();
    String method = test.getTestMethod().orElseThrow().getName();
    assertMatches(type + "/" + method, actual);
  }

  /// @param name of the text, `<class>/<text>`: a test with several texts names each
  public static void assertMatches(String name, Program actual) {
    String printed = Printer.print(actual);
    String found = canonical(printed);
    if (!found.equals(printed)) {
      fail("printing is not stable under parsing:\n" + Diff.of(lines(printed), lines(found)));
    }
    Path file = Path.of("tests", DIRECTORY, name + ".ir");
    of(file, name.replaceFirst("/.*", "")).assertMatches(found, Golden::canonical);
  }

  /// Compares a text that is not a program.
  ///
  /// @param path of the file that holds it, from the project's root
  /// @param test the test class that writes it
  public static void assertMatches(String path, Class<?> test, String found) {
    of(Path.of(path), test.getSimpleName()).assertMatches(found);
  }

  private static GoldenFile of(Path path, String test) {
    return new GoldenFile(Sources.findRoot().resolve(path), "tests", test);
  }

  private static String canonical(String text) {
    return Printer.print(Parser.parse(text));
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }
}
