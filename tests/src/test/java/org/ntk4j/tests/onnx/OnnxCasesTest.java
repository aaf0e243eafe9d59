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
      "zeros, as they are exactly, where the expected output has rounding errors of 2e-7, more than"
          + " its own tolerance";
  private static final String RANDOM =
      "other random numbers: the distribution is what ONNX describes, the bits are our own";

  /// Why outputs differ where they may.
  private static final Map<String, String> EXPLAINED =
      Map.of(
          "test_bernoulli_seed", RANDOM,
          "test_bernoulli_seed_expanded", RANDOM,
          "test_training_dropout", RANDOM,
          "test_training_dropout_default", RANDOM,
          "test_training_dropout_default_mask", RANDOM,
          "test_training_dropout_mask", RANDOM,
          "test_dft_inverse", ROUNDING,
          "test_dft_inverse_opset19", ROUNDING);

  private static final int LEAST_DERIVATIVES = 1000;

  private static final String MASKED_NAN =
      "a softmax of rows that are masked entirely is NaN, which a later `Where` replaces; the"
          + " derivative of the part replaced is NaN too";

  /// Where derivatives are not those of central differences, and why.
  private static final Map<String, String> NOT_DIFFERENTIABLE =
      Map.of(
          "test_attention_23_boolmask_fullymasked_row_nan_robustness_expanded", MASKED_NAN,
          "test_attention_23_fullymasked_qk_matmul_output_mode3_zero_expanded", MASKED_NAN,
          "test_attention_24_fullymasked_qk_matmul_output_mode3_zero_expanded", MASKED_NAN,
          "test_attention_4d_causal_nonpad_negative_offset_structural_empty_expanded", MASKED_NAN,
          "test_attention_causal_boolmask_nan_robustness_expanded", MASKED_NAN,
          "test_attention_local_window_gqa_rank4_mask_expanded", MASKED_NAN);

  private static final String HEADER =
      """
      # Operators of ONNX that can be imported

      ONNX's tests of its operators that use only floats, doubles, 32- and 64-bit integers and
      booleans, and the modules that PyTorch converted for ONNX: each is imported and run, and every
      output is compared at the tolerance that ONNX states. Where floating-point inputs are data,
      the model is imported in `f64` too, and forward and reverse mode are compared with central
      differences, to 1e-6; a derivative that is 0 everywhere (of `Floor`, say) is not counted.
      Written by `OnnxCasesTest`; the tests are packed by `tests/onnx/pack_tests.py`.

      ## What is taken how

      * Opsets 7 to 24 of the default domain, and what ONNX's tests use beyond: 6, and 25 to
        28. A model of another opset is refused, and so is an operator that is newer than
        its row here.
      * Shapes, and what steers an operator (axes, sizes, pads, bounds), are known when the
        model is imported. Sequences are supported where their length is; strings, maps,
        sparse and quantized tensors are not.
      * `float16` and `bfloat16` are converted on request: by `--dtype`, or by
        `OnnxOptions.convertHalf`.
      * Operators that draw random numbers need a seed: their own attribute `seed`, or that
        of the import (`--seed N`, or `OnnxOptions.seed`), from which each node has its own
        numbers. Distributions are those of ONNX, the bits are those of our generator. A
        model made for one example draws once for all of them. Inside of a loop such
        operators are refused: each of its iterations would draw the same.
      * Indices may be negative. One that is data and out of range reads 0 and writes
        nothing in a program, which has no errors; `OnnxModel.wrongIndices` finds those of a
        given input, except inside of loops and branches that depend on data, and the tool
        refuses them before it runs. Where `ScatterND` or `ScatterElements` write one place
        several times, the last update stays.

      ## What passes

      """;

  private static final class Score {
    private int passed;
    private int total;
    private int derivatives;
  }

  private static List<NodeCase> cases() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            OnnxCasesTest.class.getResourceAsStream("/onnx/tests.bin.gz"), "no packed tests")) {
      return NodeCase.packed(in);
    }
  }

  /// What came of the derivatives of all tests.
  private static final class Derivatives {
    private final Set<String> wrong = new TreeSet<>();
    private int checked;
    private int flat;

    void add(NodeCase one, Score score) {
      switch (DerivativeCheck.run(one)) {
        case DerivativeCheck.Outcome.Agrees(boolean zero) -> {
          score.derivatives += zero ? 0 : 1;
          checked += zero ? 0 : 1;
          flat += zero ? 1 : 0;
        }
        // Refused in f32 too, where it is counted.
        case DerivativeCheck.Outcome.None _, DerivativeCheck.Outcome.Refused _ -> {}
        case DerivativeCheck.Outcome.NoPoint _ -> wrong.add(one.name() + ": no point found");
        case DerivativeCheck.Outcome.Wrong(String message) ->
            wrong.add(
                NOT_DIFFERENTIABLE.containsKey(one.name())
                    ? one.name()
                    : one.name() + ": " + message);
      }
    }
  }

  @Test
  void what_passes_is_what_the_document_says() throws IOException {
    Map<String, Score> operators = new TreeMap<>();
    Score modules = new Score();
    List<String> refused = new ArrayList<>();
    Set<String> wrong = new TreeSet<>();
    Derivatives derivatives = new Derivatives();
    for (NodeCase one : cases()) {
      boolean module = one.name().contains(".");
      Score score = module ? modules : operators.computeIfAbsent(one.subject(), _ -> new Score());
      score.total++;
      derivatives.add(one, score);
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
    assertEquals(new TreeSet<>(NOT_DIFFERENTIABLE.keySet()), derivatives.wrong);
    assertTrue(derivatives.checked >= LEAST_DERIVATIVES, "only " + derivatives.checked);
    int passed = operators.values().stream().mapToInt(s -> s.passed).sum();
    assertTrue(passed >= LEAST, "only " + passed + " pass");
    assertEquals(OPERATOR_CASES, operators.values().stream().mapToInt(s -> s.total).sum());
    Golden.assertMatches(
        "docs/onnx.md",
        OnnxCasesTest.class,
        document(operators, modules, derivatives, passed, refused));
  }

  private static String document(
      Map<String, Score> operators,
      Score modules,
      Derivatives derivatives,
      int passed,
      List<String> refused) {
    StringBuilder text = new StringBuilder(HEADER);
    text.append(
        """
        %d of %d operator tests pass, and %d of %d converted modules. Derivatives were compared in
        %d of them (and are 0, as they should be, in %d more).

        | operator | pass | tests | derivatives |
        |---|---|---|---|
        """
            .formatted(
                passed,
                OPERATOR_CASES,
                modules.passed,
                modules.total,
                derivatives.checked,
                derivatives.flat));
    operators.forEach((name, score) -> text.append(row(name, score)));
    text.append(row("converted modules", modules));
    text.append("\n## Outputs that differ\n\n");
    new TreeMap<>(EXPLAINED)
        .forEach((name, why) -> text.append("* `%s`: %s\n".formatted(name, why)));
    text.append("\n## Derivatives that differ\n\n");
    new TreeMap<>(NOT_DIFFERENTIABLE)
        .forEach((name, why) -> text.append("* `%s`: %s\n".formatted(name, why)));
    text.append("\n## Refused\n\n");
    refused.forEach(text::append);
    return text.toString();
  }

  private static String row(String name, Score score) {
    return "| %s | %d | %d | %d |\n".formatted(name, score.passed, score.total, score.derivatives);
  }
}
