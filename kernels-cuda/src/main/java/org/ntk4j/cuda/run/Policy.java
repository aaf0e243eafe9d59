package org.ntk4j.cuda.run;

import org.ntk4j.cuda.text.Arithmetic;
import org.ntk4j.cuda.text.Precision;

/// What may be chosen about how programs are computed.
///
/// @param arithmetic of products and convolutions
/// @param deterministic whether a result has the same bits in every run: sums into elements that
///   are computed, as those of `scatter_add`, then take more time
public record Policy(Arithmetic arithmetic, boolean deterministic) {
  /// Of `f32` products and convolutions.
  public Precision precision() {
    return arithmetic.precision();
  }
}
