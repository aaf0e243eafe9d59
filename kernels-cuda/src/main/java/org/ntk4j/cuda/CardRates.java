package org.ntk4j.cuda;

import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.text.Arithmetic;
import org.ntk4j.ir.schedule.Rates;

/// Rates of a card, derived from what the driver says of it.
///
/// @param arithmetic of products
record CardRates(Device device, Arithmetic arithmetic) {
  /// Multiplications and additions of `f32` that a multiprocessor does in a cycle.
  private static final double PER_CYCLE = 2 * 128;

  /// How many times more the tensor cores do, of `tf32`; of `bf16` twice as many.
  private static final double TENSOR_CORES = 8;

  /// What generated kernels are taken to reach of what the units could do.
  private static final double PRODUCT_SHARE = 0.6;

  private static final double TENSOR_SHARE = 0.35;
  private static final double CONVOLUTION_SHARE = 0.8;
  private static final double LOOP_SHARE = 0.5;
  private static final double MEMORY_SHARE = 0.75;

  /// From this side on, and with sums of 1,000 terms, every multiprocessor has a tile.
  private static final double THIN = 256;

  /// A kernel of a graph.
  private static final double STEP_SECONDS = 3e-6;

  Rates rates() {
    double units = device.multiprocessors() * PER_CYCLE * device.clockHertz();
    double product = units * share();
    return new Rates(
        product,
        units * PRODUCT_SHARE / device.singleToDouble(),
        THIN,
        product * CONVOLUTION_SHARE,
        units * LOOP_SHARE,
        device.memoryBytesPerSecond() * MEMORY_SHARE,
        STEP_SECONDS);
  }

  private double share() {
    if (!arithmetic.tensorCores()) {
      return PRODUCT_SHARE;
    }
    return switch (arithmetic.precision()) {
      case FLOAT32, FLOAT64 -> PRODUCT_SHARE;
      case TF32 -> TENSOR_CORES * TENSOR_SHARE;
      case TF32X3 -> TENSOR_CORES * TENSOR_SHARE / 3;
      case BF16 -> 2 * TENSOR_CORES * TENSOR_SHARE;
    };
  }
}
