package org.ntk4j.autodiff;

import org.ntk4j.ir.Atom;

/// A value of the mapped program.
///
/// @param batched whether axis 0 of `atom` counts examples
record BatchLane(Atom atom, boolean batched) {
  /// Number of axes one example has.
  int rank() {
    return batched ? atom.aval().rank() - 1 : atom.aval().rank();
  }
}
