package org.ntk4j.autodiff.structure;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.LogicFn;

/// Links as tables: composition, and the array that says where two of them meet.
final class Links {
  private Links() {}

  /// The digit `d` after `index` became `ids[t..]`.
  static Digit lookup(Builder b, Digit d, Index index, Dense ids) {
    if (d.link().isEmpty()) {
      return d.index() == index ? new Digit(index, Optional.of(new Link.Table(ids))) : d;
    }
    Link link = d.link().get();
    if (!link.indices().contains(index)) {
      return d;
    }
    // One more than the id is read, and one taken off again: an id out of range reads 0, becomes
    // -1, and stays out of range.
    Dense table = table(b, link);
    Dense shifted = new Dense(b.add(table.array(), b.like(1, table.array())), table.indices());
    Dense read = shifted.lookup(b, index, ids);
    Atom back = b.sub(read.array(), b.like(1, read.array()));
    return new Digit(d.index(), Optional.of(new Link.Table(new Dense(back, read.indices()))));
  }

  /// The digit as an `i64` array over the indices it is a function of.
  static Dense table(Builder b, Link link) {
    return switch (link) {
      case Link.Affine(var inner, var start, var stride) ->
          new Dense(Arrays.progression(b, start, stride, inner.size()), List.of(inner));
      case Link.Fixed(var start) -> new Dense(b.fill(start, Aval.of(DType.I64)), List.of());
      case Link.Table(var ids) -> new Dense(b.convert(ids.array(), DType.I64), ids.indices());
    };
  }

  /// `e[..] = 1` where both links give the same position in `0..size-1`, else 0.
  static Dense meet(Builder b, Link x, Link y, long size, DType dtype) {
    Dense xs = table(b, x);
    Dense ys = table(b, y);
    List<Index> all =
        Dense.concat(
            xs.indices(), ys.indices().stream().filter(i -> !xs.indices().contains(i)).toList());
    Atom a = xs.broadcast(b, all).array();
    Atom c = ys.broadcast(b, all).array();
    Atom equal = b.compare(Comparison.EQ, a, c);
    return new Dense(b.convert(b.logic(LogicFn.AND, equal, inRange(b, a, size)), dtype), all);
  }

  /// `e[..] = 1` where the link gives a position in `0..size-1`, else 0.
  static Dense inside(Builder b, Link link, long size, DType dtype) {
    Dense ids = table(b, link);
    return new Dense(b.convert(inRange(b, ids.array(), size), dtype), ids.indices());
  }

  private static Atom inRange(Builder b, Atom ids, long size) {
    Atom low = b.compare(Comparison.GE, ids, b.like(0, ids));
    Atom high = b.compare(Comparison.LT, ids, b.like(size, ids));
    return b.logic(LogicFn.AND, low, high);
  }
}
