package org.ntk4j.cuda.text;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.ntk4j.core.DType;
import org.ntk4j.golden.GoldenFile;

/// The text of a few products and of a convolution.
class MatrixGoldenTest {
  @Test
  void product(TestInfo test) {
    assertMatches(
        test,
        ProductText.of(
            MatrixSamples.product(DType.F32, 4096, 4096, 2048), Precision.FLOAT32, "kernel"));
  }

  @Test
  void symmetric_product_of_long_rows(TestInfo test) {
    assertMatches(
        test,
        ProductText.of(
            MatrixSamples.symmetric(DType.F32, 500, 100_000), Precision.TF32X3, "kernel"));
  }

  @Test
  void product_of_gram_matrices(TestInfo test) {
    assertMatches(test, MatrixSamples.gram("f32", 4000, 512, Precision.FLOAT32, "kernel"));
  }

  @Test
  void convolution(TestInfo test) {
    assertMatches(test, MatrixSamples.layer(true, Precision.BF16, "kernel"));
  }

  private static void assertMatches(TestInfo test, StepCode code) {
    String found =
        code.kernels().stream()
            .map(kernel -> kernel.text() + "// " + kernel.launch() + "\n")
            .collect(Collectors.joining("\n"));
    GoldenFile.of(test, "kernels-cuda", ".cu").assertMatches(found);
  }
}
