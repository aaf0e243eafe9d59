package org.ntk4j.cuda.text;

import static org.ntk4j.nests.Nests.apply;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.ntk4j.golden.GoldenFile;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.nests.SampleNests;

/// The text of a few loop nests.
final class NestGoldenTest {
  @Test
  void chain(TestInfo test) {
    assertMatches(test, SampleNests.chain(value -> apply(new Unary(UnaryFn.TANH), value)));
  }

  @Test
  void sums_of_rows(TestInfo test) {
    assertMatches(test, SampleNests.sumsOfRows(20_000));
  }

  @Test
  void sums_of_columns(TestInfo test) {
    assertMatches(test, SampleNests.sumsOfColumns(2000));
  }

  @Test
  void a_total(TestInfo test) {
    assertMatches(test, SampleNests.total());
  }

  @Test
  void a_transposed_operand(TestInfo test) {
    assertMatches(test, SampleNests.transposedOperand());
  }

  @Test
  void rows_by_number(TestInfo test) {
    assertMatches(test, SampleNests.rowsByNumber());
  }

  @Test
  void added_to_rows_by_number(TestInfo test) {
    assertMatches(test, SampleNests.addedToRowsByNumber());
  }

  private static String text(KernelText kernel) {
    return "%s// %s, arguments %s\n".formatted(kernel.text(), kernel.launch(), kernel.arguments());
  }

  private static void assertMatches(TestInfo test, LoopNest nest) {
    List<KernelText> kernels = NestText.of(nest, "kernel", true).kernels();
    GoldenFile.of(test, "kernels-cuda", ".cu")
        .assertMatches(
            kernels.stream().map(NestGoldenTest::text).collect(Collectors.joining("\n")));
  }
}
