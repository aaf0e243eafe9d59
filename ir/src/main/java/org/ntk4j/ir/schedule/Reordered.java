package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Transpose;

/// The values of a program, each computed with its axes in some order, and the equations that
/// compute them.
final class Reordered {
  private final List<Equation> equations = new ArrayList<>();
  private final Map<Var, Equation> definitions = new HashMap<>();
  private final Map<Var, Placed> placed = new HashMap<>();
  private final Map<Moved, Var> moved = new HashMap<>();

  private record Placed(Var stored, AxisOrder order) {}

  private record Moved(Var of, List<Integer> permutation) {}

  List<Equation> equations() {
    return equations;
  }

  /// The order in which `x` is computed.
  AxisOrder order(Atom x) {
    return x instanceof Var v && placed.containsKey(v)
        ? found(v).order
        : AxisOrder.plain(x.aval().rank());
  }

  private Placed found(Var v) {
    return Objects.requireNonNull(placed.get(v), "bug: a value that is in no order");
  }

  /// `x` in the order in which it is computed.
  Atom stored(Atom x) {
    return in(x, order(x));
  }

  /// `x` as it is.
  Atom plain(Atom x) {
    return in(x, AxisOrder.plain(x.aval().rank()));
  }

  /// `x` with its axes in `order`.
  Atom in(Atom x, AxisOrder order) {
    return switch (x) {
      case Literal literal -> moved(literal, order.axes());
      case Var v -> moved(placed.containsKey(v) ? found(v).stored : v, order(v).to(order));
    };
  }

  private static Literal moved(Literal x, List<Integer> permutation) {
    return new Literal(x.aval().withShape(x.aval().shape().permute(permutation)), x.bits());
  }

  /// Appends `e`, whose operands and results are as they are.
  void keep(Equation e) {
    equations.add(e);
    e.out().forEach(v -> definitions.put(v, e));
  }

  /// The result of a new equation.
  Var emit(Primitive op, List<Atom> in) {
    Equation e = Equation.of(op, in);
    keep(e);
    return e.result();
  }

  /// What holds input `v`, given in `order`.
  Var input(Var v, AxisOrder order) {
    if (order.isPlain()) {
      return v;
    }
    Var given = new Var(v.aval().withShape(v.aval().shape().permute(order.axes())));
    place(v, given, order);
    return given;
  }

  /// From now on `v` is `stored`, its axes in `order`.
  void place(Var v, Var stored, AxisOrder order) {
    placed.put(v, new Placed(stored, order));
  }

  /// Axis `k` of the result is axis `permutation[k]` of `v`. A transposition is not undone by
  /// another one, and what is broadcast is so in the other order at once.
  private Var moved(Var v, List<Integer> permutation) {
    if (new AxisOrder(permutation).isPlain()) {
      return v;
    }
    Moved key = new Moved(v, permutation);
    Var result =
        Optional.ofNullable(moved.get(key))
            .or(() -> Optional.ofNullable(definitions.get(v)).flatMap(e -> again(e, permutation)))
            .orElseGet(() -> emit(new Transpose(permutation), List.of(v)));
    moved.put(key, result);
    return result;
  }

  /// The result of `e` in another order without a transposition of it.
  private Optional<Var> again(Equation e, List<Integer> permutation) {
    AxisOrder order = new AxisOrder(permutation);
    if (e.op() instanceof Transpose(var first) && e.in().getFirst() instanceof Var x) {
      return Optional.of(moved(x, order.apply(first)));
    }
    if (e.op() instanceof Broadcast(var shape, var axes)) {
      List<Integer> to = order.positions(axes);
      List<Integer> operand =
          IntStream.range(0, axes.size())
              .boxed()
              .sorted((i, j) -> Integer.compare(to.get(i), to.get(j)))
              .toList();
      Primitive op = new Broadcast(shape.permute(permutation), to.stream().sorted().toList());
      Atom x =
          switch (e.in().getFirst()) {
            case Literal literal -> moved(literal, operand);
            case Var of -> moved(of, operand);
          };
      return Optional.of(emit(op, List.of(x)));
    }
    if (e.op() instanceof Iota(var shape, int axis, var dtype)) {
      Primitive op = new Iota(shape.permute(permutation), order.position(axis), dtype);
      return Optional.of(emit(op, List.of()));
    }
    return Optional.empty();
  }
}
