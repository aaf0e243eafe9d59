package org.ntk4j.cuda.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// In which arithmetic `f32` matrix products and convolutions are multiplied and summed. Everything
/// else is computed in the dtype that the program says; so are products of `f64`, always.
public enum Precision {
  /// In `f32` throughout.
  FLOAT32,

  /// Factors rounded to 10 bits of mantissa, summed in `f32`, on tensor cores.
  TF32,

  /// Factors as sums of two `tf32` numbers, three products for each, summed in `f32`: about as
  /// exact as [#FLOAT32], on tensor cores.
  TF32X3,

  /// Factors rounded to `bf16` (7 bits of mantissa), summed in `f32`, on tensor cores.
  BF16,

  /// Nothing but `f64`: a program that computes in `f32` is refused.
  FLOAT64;

  /// The precision called `name`, in lower case as in `tf32x3`.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public static Precision of(String name) {
    return Arrays.stream(values())
        .filter(p -> p.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s' is no precision; expected one of %s"
                    .formatted(
                        name,
                        Arrays.stream(values())
                            .map(Precision::toString)
                            .collect(Collectors.joining(", ")))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
