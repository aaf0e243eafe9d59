package org.ntk4j.ir.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every constraint that the documentation of a primitive numbers is broken by a test.
final class ConstraintCoverageTest {
  private static final Path OPS = Path.of("src/main/java/org/ntk4j/ir/op");
  private static final Pattern CONSTRAINTS =
      Pattern.compile("/// Constraints: ((?:.*\\n(?=///))*.*)\\n(?=public record)");

  @Test
  void every_documented_constraint_has_a_violation() throws IOException {
    Set<String> documented = new TreeSet<>();
    for (Path file : sources()) {
      String type = file.getFileName().toString().replace(".java", "");
      Matcher paragraph = CONSTRAINTS.matcher(Files.readString(file));
      if (paragraph.find()) {
        numbers(paragraph.group(1)).forEach(c -> documented.add(type + "." + c));
      }
    }
    assertEquals(documented, broken());
  }

  private static Set<String> broken() {
    return Stream.of(
            AlgebraConstraintTest.violations(),
            ReductionConstraintTest.violations(),
            MovementConstraintTest.violations(),
            ControlConstraintTest.violations())
        .flatMap(part -> part)
        .map(v -> v.op().getClass().getSimpleName() + "." + v.constraint().split("\\.")[1])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> numbers(String paragraph) {
    return Pattern.compile("\\bC\\d\\b").matcher(paragraph).results().map(m -> m.group());
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.list(OPS)) {
      return files.sorted().toList();
    }
  }
}
