package org.ntk4j.autodiff;

import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;

/// A value with its tangent; no tangent is a tangent of zero.
///
/// @param value an atom of the primal half
/// @param tangent an atom of the tangent half, never a literal zero
record Dual(Atom value, Optional<Atom> tangent) {
  Dual {
    tangent = tangent.filter(t -> !isZero(t));
  }

  /// A value that does not move.
  static Dual constant(Atom value) {
    return new Dual(value, Optional.empty());
  }

  static List<Dual> constants(List<? extends Atom> values) {
    return values.stream().map(Dual::constant).toList();
  }

  static List<Atom> values(List<Dual> duals) {
    return duals.stream().map(Dual::value).toList();
  }

  boolean isActive() {
    return tangent.isPresent();
  }

  static List<Boolean> active(List<Dual> duals) {
    return duals.stream().map(Dual::isActive).toList();
  }

  /// The tangent, zeros where there is none.
  Atom tangentOrZero() {
    return tangent.orElseGet(() -> Literal.of(0, value.aval()));
  }

  static boolean isZero(Atom a) {
    return a instanceof Literal c && c.is(0);
  }
}
