package org.ntk4j.cuda.text;

/// What products and convolutions are multiplied in.
///
/// @param precision of `f32`; other dtypes are computed in themselves
/// @param tensorCores whether the card has some for TF32, BF16 and `f64`; else numbers of every
///   dtype are multiplied one by one, and `f32` is as exact as by [Precision#FLOAT32]
public record Arithmetic(Precision precision, boolean tensorCores) {
  /// That of a card of today.
  public static Arithmetic of(Precision precision) {
    return new Arithmetic(precision, true);
  }
}
