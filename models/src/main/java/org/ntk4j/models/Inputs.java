package org.ntk4j.models;

import org.ntk4j.ir.Aval;

/// Checks of layer inputs.
final class Inputs {
  private Inputs() {}

  /// `[example, .., channel]` of a floating-point dtype with at least `rank` axes.
  static void floating(String layer, Aval input, int rank) {
    if (!input.isFloating()) {
      throw new IllegalArgumentException(
          "%s: the input is %s, but needs a floating-point dtype".formatted(layer, input));
    }
    if (input.rank() < rank) {
      throw new IllegalArgumentException(
          ("%s: the input is %s, but needs at least %d axes,"
                  + " the example axis first and the channel axis last")
              .formatted(layer, input, rank));
    }
  }

  /// As [#floating], with exactly `rank` axes.
  static void ranked(String layer, Aval input, int rank) {
    floating(layer, input, rank);
    if (input.rank() != rank) {
      throw new IllegalArgumentException(
          "%s: the input is %s, but needs %d axes".formatted(layer, input, rank));
    }
  }

  /// Size of the last axis.
  static long channels(Aval input) {
    return input.dim(input.rank() - 1);
  }

  /// `number`, if it is positive.
  static long positive(String layer, String what, long number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "%s: %s is %d; it must be positive".formatted(layer, what, number));
    }
    return number;
  }
}
