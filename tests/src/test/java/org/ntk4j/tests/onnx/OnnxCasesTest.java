package org.ntk4j.tests.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.ntk4j.tests.Golden;
import org.ntk4j.tests.onnx.CaseRunner.Outcome;

/// ONNX's own tests of its operators, and modules that PyTorch converted: what passes is written to
/// `docs/onnx.md`.
class OnnxCasesTest {
  private static final int LEAST = 1350;
  private static final int OPERATOR_CASES = 1407;

  private static final String ROUNDING =
      "zeros where rounding left up to 2e-7 in the expected output";

  /// Why outputs differ where they may.
  private static final Map<String, String> EXPLAINED =
      Map.of(
          "test_bernoulli_seed",
          "other random numbers",
          "test_bernoulli_seed_expanded",
          "other random numbers",
          "test_dft_inverse",
          ROUNDING,
          "test_dft_inverse_opset19",
          ROUNDING);

  private static final String HEADER =
      """
      # Operators of ONNX that can be imported

      ONNX's tests of its operators that use only floats, doubles, 32- and 64-bit integers and
      booleans, and the modules that PyTorch converted for ONNX: each is imported and run, and every
      output is compared at the tolerance that ONNX states. Written by `OnnxCasesTest`; the tests
      are packed by `tests/onnx/pack_tests.py`.

      """;

  private static final class Score {
    private int passed;
    private int total;
  }

  private static List<NodeCase> cases() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            OnnxCasesTest.class.getResourceAsStream("/onnx/tests.bin.gz"), "no packed tests")) {
      return NodeCase.packed(in);
    }
  }

  @Test
  void what_passes_is_what_the_document_says() throws IOException {
    Map<String, Score> operators = new TreeMap<>();
    Score modules = new Score();
    List<String> refused = new ArrayList<>();
    Set<String> wrong = new TreeSet<>();
    for (NodeCase one : cases()) {
      boolean module = one.name().contains(".");
      Score score = module ? modules : operators.computeIfAbsent(one.subject(), _ -> new Score());
      score.total++;
      switch (CaseRunner.run(one)) {
        case Outcome.Passed _ -> score.passed++;
        case Outcome.Refused(String message) -> {
          assertTrue(message.lines().count() == 1, message);
          refused.add("* `%s`: %s\n".formatted(one.name(), message));
        }
        case Outcome.Wrong(String message) ->
            wrong.add(EXPLAINED.containsKey(one.name()) ? one.name() : one.name() + ": " + message);
      }
    }
    assertEquals(new TreeSet<>(EXPLAINED.keySet()), wrong);
    int passed = operators.values().stream().mapToInt(s -> s.passed).sum();
    assertTrue(passed >= LEAST, "only " + passed + " pass");
    assertEquals(OPERATOR_CASES, operators.values().stream().mapToInt(s -> s.total).sum());
    Golden.assertMatches(
        "docs/onnx.md", OnnxCasesTest.class, document(operators, modules, passed, refused));
  }

  private static String document(
      Map<String, Score> operators, Score modules, int passed, List<String> refused) {
    StringBuilder text = new StringBuilder(HEADER);
    text.append(
        """
        %d of %d operator tests pass, and %d of %d converted modules.

        | operator | pass | tests |
        |---|---|---|
        """
            .formatted(passed, OPERATOR_CASES, modules.passed, modules.total));
    operators.forEach((name, score) ->
        text.append("| %s | %d | %d |\n".formatted(name, score.passed, score.total)));
    text.append("\n## Outputs that differ\n\n");
    new TreeMap<>(EXPLAINED)
        .forEach((name, why) -> text.append("* `%s`: %s\n".formatted(name, why)));
    text.append("\n## Refused\n\n");
    refused.forEach(text::append);
    return text.toString();
  }
}
