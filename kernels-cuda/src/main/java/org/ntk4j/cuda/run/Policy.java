package org.ntk4j.cuda.run;

import org.ntk4j.cuda.text.Precision;

/// What may be chosen about how programs are computed.
///
/// @param precision of `f32` products and convolutions
/// @param deterministic whether a result has the same bits in every run: sums into elements that
///   are computed, as those of `scatter_add`, then take more time
public record Policy(Precision precision, boolean deterministic) {}
