package org.ntk4j.autodiff.structure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.WindowSum;

/// The way from a value at the cut to the output, where it only moves data: then the cotangent is a
/// delta, and stays one.
final class OuterMap {
  private OuterMap() {}

  /// `output` as a plain map of `value`, if that is what it is.
  static Optional<IndexedMap> of(Builder b, List<Equation> rest, Var value, Atom output) {
    Map<Atom, IndexedMap> maps = new HashMap<>();
    maps.put(value, IndexedMap.identity(value));
    for (Equation e : rest) {
      long dependent = e.in().stream().filter(maps::containsKey).count();
      if (dependent > 0) {
        Optional<IndexedMap> map = dependent == 1 ? through(b, e, maps) : Optional.empty();
        if (map.isEmpty()) {
          return Optional.empty();
        }
        maps.put(e.result(), map.get());
      }
    }
    return Optional.ofNullable(maps.get(output)).filter(IndexedMap::isPlain);
  }

  private static Optional<IndexedMap> through(Builder b, Equation e, Map<Atom, IndexedMap> maps) {
    if (!(e.op() instanceof Multilinear op) || !movesData(op, e.in())) {
      return Optional.empty();
    }
    for (int k = 0; k < e.in().size(); k++) {
      IndexedMap map = maps.get(e.in().get(k));
      if (map != null) {
        return MapRules.apply(b, op, e.in(), k, map);
      }
    }
    return Optional.empty();
  }

  private static boolean movesData(Multilinear op, List<Atom> in) {
    return switch (op) {
      case Add _, Sub _, Neg _, Convert _, Broadcast _, Reshape _, Transpose _, ReduceSum _ -> true;
      case Mul _ -> in.stream().anyMatch(Literal.class::isInstance);
      // Factors, ranges, places and tables: an array is the better cotangent.
      case Contract _, Conv _, Select _, WindowSum _, CumSum _ -> false;
      case Slice _, Reverse _, Pad _, Concatenate _ -> false;
      case Gather _, ScatterAdd _, DynamicSlice _, DynamicUpdateSlice _ -> false;
    };
  }
}
