package org.ntk4j.autodiff.structure;

/// An order of contraction of an einsum's factors.
sealed interface ContractionPath {

  /// The factors below this node, as a bit set.
  long members();

  /// A factor.
  record Leaf(int factor) implements ContractionPath {
    @Override
    public long members() {
      return 1L << factor;
    }
  }

  /// The contraction of two results.
  ///
  /// @param mirrored whether the right one is the left one with other names
  record Pair(ContractionPath left, ContractionPath right, boolean mirrored)
      implements ContractionPath {
    @Override
    public long members() {
      return left.members() | right.members();
    }
  }
}
