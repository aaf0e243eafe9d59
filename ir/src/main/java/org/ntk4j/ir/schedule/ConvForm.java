package org.ntk4j.ir.schedule;

/// A convolution over buffers as a library takes it.
///
/// @param problem sizes and strides
/// @param x where the first element of `X` is
/// @param w where the first element of `W` is
/// @param y where the first element of `Y` is
public record ConvForm(ConvProblem problem, Place x, Place w, Place y) {
  /// Element `offset` of buffer number `buffer`.
  public record Place(int buffer, long offset) {}
}
