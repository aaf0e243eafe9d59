package org.ntk4j.ir.schedule;

import org.ntk4j.core.DType;

/// Rates of a machine, from which times of steps are predicted; all threads together.
///
/// @param product operations per second of large `f32` matrix products, two for each multiplication
/// @param productF64 the same of `f64`
/// @param thin the side of a product's result with which half the rate is reached, if sums have
///   some 1,000 terms
/// @param convolution operations per second of `f32` convolutions
/// @param operations simple arithmetic operations per second of loops over what is cached
/// @param bytes read and written per second of loops over what is not
/// @param step seconds to start a step
public record Rates(
    double product,
    double productF64,
    double thin,
    double convolution,
    double operations,
    double bytes,
    double step) {
  /// Two cores of a server of 2023.
  public static final Rates DEFAULT = new Rates(2e11, 1e11, 12, 1.8e11, 2e10, 2e10, 1e-6);

  /// Terms of a sum up to which it does not reach the whole rate.
  private static final double SHORT_SUM = 16;

  /// Terms of a sum from which on it makes up for a small result.
  private static final double LONG_SUM = 512;

  /// Of a symmetric product the blocks on the diagonal are computed in full, which are so large.
  private static final double DIAGONAL_BLOCK = 8;

  /// Rates are numbers above 0.
  public Rates {
    for (double rate :
        new double[] {product, productF64, thin, convolution, operations, bytes, step}) {
      if (!(rate > 0) || Double.isInfinite(rate)) {
        throw new IllegalArgumentException("a rate is " + rate + "; expected a number above 0");
      }
    }
  }

  /// Seconds of a batch of products of matrices of these sizes.
  public double product(DType dtype, double batch, double rows, double columns, double inner) {
    double rate = dtype == DType.F64 ? productF64 : product;
    double share = share(Math.sqrt(rows * columns), inner);
    double elements = batch * (rows * inner + inner * columns + rows * columns);
    double operations = 2 * batch * rows * columns * inner;
    return Math.max(operations / (rate * share), elements * dtype.sizeBytes() / bytes);
  }

  /// The share of the rate that is reached, as measured: small results are slow, less so if their
  /// sums are long.
  private double share(double side, double inner) {
    double doublings = Math.log(inner / LONG_SUM) / Math.log(2);
    double small = side / (2 * thin) * Math.max(1, doublings);
    return Math.min(1, small) * Math.min(1, inner / SHORT_SUM);
  }

  /// Seconds of products `A·Aᵀ`, of which the tiles on and above the diagonal are computed.
  public double symmetricProduct(DType dtype, double batch, double rows, double inner) {
    double computed = Math.min(1, (1 + DIAGONAL_BLOCK / rows) / 2);
    return computed * product(dtype, batch, rows, rows, inner);
  }

  /// Seconds of moving bytes that are not cached.
  public double movement(double moved) {
    return moved / bytes;
  }
}
