package org.ntk4j.ir.op;

import java.util.Collections;
import java.util.List;
import org.ntk4j.ir.Aval;

/// General convolution (cross-correlation) of `x` with kernel `w` in 0 to 3 spatial dimensions; the
/// semantics are those of StableHLO's `convolution`. Padding may be negative.
///
/// With one group, and `x` padded and dilated: `y[n, p, o] = Σ_{t, i} x[n, strides * p +
/// rhsDilation * t, i] w[t, i, o]`. With `featureGroups` `g`, input and output features are cut
/// into `g` blocks that are convolved separately; with `batchGroups` `g`, the batch and the output
/// features are.
///
/// Constraints: C1 two operands of one numeric dtype; C2 `dims` has the same number of spatial
/// dimensions, at most 3, for `x`, `w` and `y`, and is a permutation of the axes of each; C3 each
/// list has one entry per spatial dimension; C4 strides and dilations are at least 1; C5 group
/// counts are at least 1, and not both above; C6 the feature size of `x` is `featureGroups` times
/// the input-feature size of `w`; C7 both group counts divide the output-feature size of `w`; C8
/// `batchGroups` divides the batch size of `x`.
public record Conv(
    ConvDims dims,
    List<Long> strides,
    List<Long> padLo,
    List<Long> padHi,
    List<Long> lhsDilation,
    List<Long> rhsDilation,
    long featureGroups,
    long batchGroups)
    implements Multilinear {
  /// Copies the lists.
  public Conv {
    strides = List.copyOf(strides);
    padLo = List.copyOf(padLo);
    padHi = List.copyOf(padHi);
    lhsDilation = List.copyOf(lhsDilation);
    rhsDilation = List.copyOf(rhsDilation);
  }

  /// No padding, no dilation, strides of 1, one group.
  public static Conv of(ConvDims dims) {
    List<Long> one = Collections.nCopies(dims.spatial(), 1L);
    List<Long> none = Collections.nCopies(dims.spatial(), 0L);
    return new Conv(dims, one, none, none, one, one, 1, 1);
  }

  /// This convolution with other strides.
  public Conv withStrides(List<Long> other) {
    return new Conv(
        dims, other, padLo, padHi, lhsDilation, rhsDilation, featureGroups, batchGroups);
  }

  /// This convolution with other padding.
  public Conv withPadding(List<Long> lo, List<Long> hi) {
    return new Conv(dims, strides, lo, hi, lhsDilation, rhsDilation, featureGroups, batchGroups);
  }

  /// This convolution with other dilations.
  public Conv withDilation(List<Long> lhs, List<Long> rhs) {
    return new Conv(dims, strides, padLo, padHi, lhs, rhs, featureGroups, batchGroups);
  }

  /// This convolution with other group counts.
  public Conv withGroups(long feature, long batch) {
    return new Conv(dims, strides, padLo, padHi, lhsDilation, rhsDilation, feature, batch);
  }

  @Override
  public String mnemonic() {
    return "conv";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.each(0, 1);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    return ConvShape.of(this, operands);
  }
}
