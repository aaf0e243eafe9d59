package org.ntk4j.autodiff.structure;

/// What contractions cost.
///
/// @param operations multiplications and additions
/// @param bytes bytes read and written
/// @param seconds predicted time
record ContractionCost(double operations, double bytes, double seconds) {
  static final ContractionCost NONE = new ContractionCost(0, 0, 0);

  /// Rates of an ordinary core; only their proportions matter to the choice of a path.
  private static final double OPERATIONS_PER_SECOND = 1e11;

  private static final double BYTES_PER_SECOND = 1e10;
  private static final double SECONDS_PER_STEP = 2e-6;

  /// A matrix side of this size reaches half of the rate.
  private static final double HALF_RATE_SIDE = 12;

  /// Sizes of a contraction `z[b, i, j] = Σ_k x[b, i, k] y[b, j, k]`.
  record Sizes(double batch, double left, double right, double contracted) {}

  static ContractionCost of(Sizes s, int elementBytes) {
    double operations = 2 * s.batch * s.left * s.right * s.contracted;
    double elements = s.batch * (s.left * s.contracted + s.right * s.contracted + s.left * s.right);
    double bytes = elements * elementBytes;
    double rate =
        OPERATIONS_PER_SECOND * efficiency(s.left) * efficiency(s.right) * efficiency(s.contracted);
    boolean streams = s.contracted == 1 || s.left == 1 && s.right == 1;
    double seconds = bytes / BYTES_PER_SECOND + SECONDS_PER_STEP;
    return new ContractionCost(operations, bytes, streams ? seconds : seconds + operations / rate);
  }

  private static double efficiency(double side) {
    return side / (side + HALF_RATE_SIDE);
  }

  /// Reading and writing `elements` elements.
  static ContractionCost movement(double elements, int elementBytes) {
    double bytes = 2 * elements * elementBytes;
    return new ContractionCost(0, bytes, bytes / BYTES_PER_SECOND + SECONDS_PER_STEP);
  }

  ContractionCost plus(ContractionCost other) {
    return new ContractionCost(
        operations + other.operations, bytes + other.bytes, seconds + other.seconds);
  }

  /// A part of it.
  ContractionCost times(double share) {
    return new ContractionCost(operations * share, bytes * share, seconds * share);
  }

  /// Half of it: a Gram matrix of which the upper tiles are computed.
  ContractionCost half() {
    return times(0.5);
  }
}
