package org.ntk4j.ntk;

import java.util.Optional;

/// Where a value holds the examples.
sealed interface ExampleAxis {
  /// The value does not depend on the examples.
  record None() implements ExampleAxis {}

  /// Index `n` of `axis` depends on example `n` only.
  record At(int axis) implements ExampleAxis {}

  /// Elements depend on several examples.
  ///
  /// @param by the equation that mixed them first, e.g. ``equation 3, `reduce_sum[axes=[0]] b` ``
  record Mixed(String by) implements ExampleAxis {}

  /// The one [None].
  ExampleAxis NONE = new None();

  /// What is known of a value that is one or the other.
  static ExampleAxis join(ExampleAxis x, ExampleAxis y, String by) {
    return switch (x) {
      case None() -> y;
      case Mixed _ -> x;
      case At(int axis) ->
          switch (y) {
            case None() -> x;
            case Mixed _ -> y;
            case At(int other) -> axis == other ? x : new Mixed(by);
          };
    };
  }

  /// The axis, if there is one.
  default Optional<Integer> position() {
    return this instanceof At(int axis) ? Optional.of(axis) : Optional.empty();
  }

  /// What the scan's body sees of a stacked value, or the outside of what the body returns.
  default ExampleAxis shifted(int by, String mixedBy) {
    return switch (this) {
      case None _, Mixed _ -> this;
      case At(int axis) -> axis + by < 0 ? new Mixed(mixedBy) : new At(axis + by);
    };
  }
}
