package org.ntk4j.ntk;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Reshape;

/// Seeds of derivatives: rows of an identity.
final class OneHot {
  private OneHot() {}

  /// `e[i..] = 1` where element `i..`, counted in row-major order, is number `index`, else 0.
  static Atom row(Builder b, Atom index, Aval aval) {
    Shape flat = Shape.of(aval.size());
    Atom counted = b.emit(new Iota(flat, 0, DType.I64));
    Atom wanted = b.emit(new Broadcast(flat, List.of()), index);
    return shaped(b, b.emit(new Compare(Comparison.EQ), counted, wanted), aval, aval.shape());
  }

  /// `e[m, i..] = 1` where element `i..` is number `m`, else 0, for all `m`.
  static Atom all(Builder b, Aval aval) {
    Shape square = Shape.of(aval.size(), aval.size());
    Atom rows = b.emit(new Iota(square, 0, DType.I64));
    Atom columns = b.emit(new Iota(square, 1, DType.I64));
    Atom equal = b.emit(new Compare(Comparison.EQ), rows, columns);
    return shaped(b, equal, aval, aval.shape().insert(0, aval.size()));
  }

  private static Atom shaped(Builder b, Atom flags, Aval aval, Shape shape) {
    return b.emit(new Reshape(shape), b.emit(new Cast(aval.dtype()), flags));
  }
}
