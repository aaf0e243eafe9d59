package org.ntk4j.autodiff.structure;

import java.util.List;

/// How a digit of a parameter depends on the indices of the value it was moved into.
///
/// A digit without a link is an index like any other; a linked one occurs nowhere else.
sealed interface Link {

  /// Digit `start + stride * inner`: slices and reversals. Injective; `stride` may be negative.
  record Affine(Index inner, long start, long stride) implements Link {}

  /// Digit `start`, always: a slice of one element.
  record Fixed(long start) implements Link {}

  /// Digit `ids[t..]`: gathers. An id out of range reads 0.
  ///
  /// @param ids integer array over the indices `t..`
  record Table(Dense ids) implements Link {}

  /// The indices that the digit is a function of.
  default List<Index> indices() {
    return switch (this) {
      case Affine(var inner, _, _) -> List.of(inner);
      case Fixed _ -> List.of();
      case Table(var ids) -> ids.indices();
    };
  }
}
