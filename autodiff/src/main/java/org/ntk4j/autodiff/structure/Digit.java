package org.ntk4j.autodiff.structure;

import java.util.Optional;

/// A digit of a parameter's row-major position.
///
/// @param index the digit itself; used nowhere else if there is a link
/// @param link how it depends on other indices, if it does
record Digit(Index index, Optional<Link> link) {
  static Digit plain(Index index) {
    return new Digit(index, Optional.empty());
  }
}
