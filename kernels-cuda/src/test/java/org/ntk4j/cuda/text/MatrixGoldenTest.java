package org.ntk4j.cuda.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.ntk4j.core.DType;

/// The text of a few products and of a convolution.
class MatrixGoldenTest {
  private static final String DIRECTORY = "src/test/resources/golden/MatrixGoldenTest";

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
  void convolution(TestInfo test) {
    assertMatches(test, MatrixSamples.layer(true, Precision.BF16, "kernel"));
  }

  private static void assertMatches(TestInfo test, StepCode code) {
    String name = test.getTestMethod().orElseThrow().getName();
    String found =
        code.kernels().stream()
            .map(kernel -> kernel.text() + "// " + kernel.launch() + "\n")
            .collect(Collectors.joining("\n"));
    Path file = Path.of(DIRECTORY, name + ".cu");
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, found);
        return;
      }
      String expected = Files.exists(file) ? Files.readString(file) : "";
      assertEquals(
          expected,
          found,
          file
              + " differs; to accept what was found: ./check -pl kernels-cuda -am"
              + " -Dtest=MatrixGoldenTest -Dsurefire.failIfNoSpecifiedTests=false"
              + " -Dgolden.update=true\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
