package org.ntk4j.cpu.loop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.ntk4j.golden.GoldenFile;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.nests.SampleNests;

/// The text of a few loop nests.
final class LoopGoldenTest {
  @Test
  void chain(TestInfo test) {
    assertMatches(test, SampleNests.chain(value -> value));
  }

  @Test
  void sums_of_rows(TestInfo test) {
    assertMatches(test, SampleNests.sumsOfRows(200));
  }

  @Test
  void sums_of_columns(TestInfo test) {
    assertMatches(test, SampleNests.sumsOfColumns(200));
  }

  @Test
  void a_transposed_operand(TestInfo test) {
    assertMatches(test, SampleNests.transposedOperand());
  }

  @Test
  void rows_by_number(TestInfo test) {
    assertMatches(test, SampleNests.rowsByNumber());
  }

  /// What calls the loops is the same for all.
  private static void assertMatches(TestInfo test, LoopNest nest) {
    String text = LoopText.of(nest, "kernel").text();
    GoldenFile.of(test, "kernels-cpu", ".ll")
        .assertMatches(text.substring(0, text.indexOf("\n}\n") + 3));
  }
}
