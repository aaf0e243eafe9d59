package org.ntk4j.cuda.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.NvrtcForTests;

/// Kernels of products and convolutions become machine code, and keep their sums in registers.
class MatrixCompileTest {
  /// What a kernel may keep elsewhere: nothing that a loop uses.
  private static final int FRAME_BYTES_MAX = 32;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void kernels_of_every_precision_are_compiled(Precision precision) {
    List<StepCode> codes = new ArrayList<>();
    DType dtype = precision == Precision.FLOAT64 ? DType.F64 : DType.F32;
    List<String> names = new ArrayList<>();
    long[][] sizes = {
      {4096, 4096, 2048},
      {4095, 2047, 1001},
      {100, 100, 100_000},
      {300, 40, 70},
      {60_000, 50_001, 512}
    };
    for (long[] size : sizes) {
      codes.add(
          ProductText.of(
              MatrixSamples.product(dtype, size[0], size[1], size[2]),
              precision,
              "product" + codes.size()));
    }
    for (long inner : new long[] {4096, 10_001}) {
      codes.add(
          ProductText.of(
              MatrixSamples.symmetric(dtype, 1000, inner), precision, "symmetric" + inner));
    }
    for (long inner : new long[] {512, 100_000}) {
      String type = dtype == DType.F64 ? "f64" : "f32";
      codes.add(MatrixSamples.gram(type, 1000, inner, precision, "gram" + inner));
    }
    codes.add(MatrixSamples.layer(true, precision, "last"));
    codes.add(MatrixSamples.layer(false, precision, "first"));
    codes.add(MatrixSamples.byImage(precision, "by_image"));
    codes.add(MatrixSamples.byFilter(precision, "by_filter"));
    StringBuilder source = new StringBuilder(Prelude.text());
    for (StepCode code : codes) {
      for (KernelText kernel : code.kernels()) {
        source.append('\n').append(kernel.text());
        names.add(kernel.name());
      }
    }
    Cubin cubin = Cubin.of(NvrtcForTests.require().compile(source.toString(), "sm_90"));
    assertEquals(names.size(), cubin.registers().size());
    assertTrue(
        cubin.frameBytes().values().stream().allMatch(bytes -> bytes <= FRAME_BYTES_MAX),
        "%s of %s, in registers %s".formatted(cubin.frameBytes(), names, cubin.registers()));
  }
}
