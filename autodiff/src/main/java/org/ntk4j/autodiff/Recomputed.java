package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.While;

/// Linearization of the constructs whose linear half computes the values again: their residuals are
/// their operands.
final class Recomputed {
  private Recomputed() {}

  static List<Dual> checkpoint(Linearize l, Checkpoint op, List<Dual> x) {
    List<? extends Atom> y = l.primal().emitAll(op, Dual.values(x));
    Pruned p = Pruned.of(List.of(pushforward(op.body(), Dual.active(x))));
    if (p.moving().isEmpty()) {
      return Dual.constants(y);
    }
    Checkpoint linear = new Checkpoint(p.programs().getFirst());
    return attach(y, p.moving(), l.tangent().emitAll(linear, p.operands(operands(x))));
  }

  static List<Dual> cond(Linearize l, Cond op, List<Dual> x) {
    List<? extends Atom> y = l.primal().emitAll(op, Dual.values(x));
    List<Dual> arguments = x.subList(1, x.size());
    List<Boolean> active = Dual.active(arguments);
    Pruned p = Pruned.of(op.branches().stream().map(q -> pushforward(q, active)).toList());
    if (p.moving().isEmpty()) {
      return Dual.constants(y);
    }
    List<Atom> in = new ArrayList<>(List.of(x.getFirst().value()));
    in.addAll(p.operands(operands(arguments)));
    return attach(y, p.moving(), l.tangent().emitAll(new Cond(p.programs()), in));
  }

  /// A loop over the carry and its tangents, which has no transpose.
  static List<Dual> loop(Linearize l, While op, List<Dual> x) {
    List<Boolean> active = Dual.active(x);
    Program pushed = pushforward(op.body(), active);
    while (!reached(pushed, active).equals(active)) {
      active = reached(pushed, active);
      pushed = pushforward(op.body(), active);
    }
    List<Integer> moving = Lists.indices(active);
    int carries = x.size();
    Builder body = new Builder();
    List<Var> carry = Lists.fresh(pushed.inputs());
    List<Atom> next = new ArrayList<>(body.inline(op.body(), carry.subList(0, carries)));
    next.addAll(Lists.pick(body.inline(pushed, carry), moving));
    Builder condition = new Builder();
    List<Var> same = Lists.fresh(pushed.inputs());
    List<Atom> go = condition.inline(op.condition(), same.subList(0, carries));
    List<Atom> start = new ArrayList<>(Dual.values(x));
    moving.forEach(i -> start.add(x.get(i).tangentOrZero()));
    While linear = new While(condition.build(same, go), body.build(carry, next));
    List<? extends Atom> out = l.tangent().emitAll(linear, start);
    List<? extends Atom> y = l.primal().emitAll(op, Dual.values(x));
    return attach(y, moving, out.subList(carries, out.size()));
  }

  private static List<Boolean> reached(Program pushed, List<Boolean> active) {
    return IntStream.range(0, active.size())
        .mapToObj(i -> active.get(i) || !Dual.isZero(pushed.outputs().get(i)))
        .toList();
  }

  /// `(x.., xDot..) → yDot..`: tangents of the active inputs, one output for each output of `p`, a
  /// literal zero where nothing reaches.
  private static Program pushforward(Program p, List<Boolean> active) {
    Linearized l = Linearize.of(p, active);
    Builder b = new Builder();
    List<Var> x = Lists.fresh(p.inputs());
    List<Var> xDot = Lists.fresh(Lists.from(l.linear().inputs(), l.residuals()));
    List<Atom> out = b.inline(l.primal(), x);
    List<Atom> in = Lists.concat(Lists.from(out, p.outputs().size()), xDot);
    Iterator<Atom> linear = b.inline(l.linear(), in).iterator();
    List<Atom> yDot =
        p.outputs().stream()
            .map(y -> y.aval().isFloating() ? linear.next() : Literal.of(0, y.aval()))
            .toList();
    return Live.program(Lists.concat(x, xDot), b.equations(), yDot);
  }

  private static List<Atom> operands(List<Dual> x) {
    return Lists.concat(Dual.values(x), x.stream().flatMap(d -> d.tangent().stream()).toList());
  }

  /// `y` with tangents for those in `moving`.
  private static List<Dual> attach(
      List<? extends Atom> y, List<Integer> moving, List<? extends Atom> yDot) {
    return IntStream.range(0, y.size())
        .mapToObj(i -> {
          int at = moving.indexOf(i);
          return new Dual(y.get(i), at < 0 ? Optional.empty() : Optional.of(yDot.get(at)));
        })
        .toList();
  }

  /// Programs of the same inputs and outputs without the inputs that none of them uses and the
  /// outputs that are zero in all.
  private record Pruned(List<Program> programs, List<Boolean> used, List<Integer> moving) {
    static Pruned of(List<Program> all) {
      Program first = all.getFirst();
      List<Integer> moving =
          IntStream.range(0, first.outputs().size())
              .filter(i -> all.stream().anyMatch(p -> !Dual.isZero(p.outputs().get(i))))
              .boxed()
              .toList();
      List<List<Boolean>> uses = all.stream().map(Live::usedInputs).toList();
      List<Boolean> used =
          IntStream.range(0, first.inputs().size())
              .mapToObj(i -> uses.stream().anyMatch(u -> u.get(i)))
              .toList();
      List<Program> pruned =
          all.stream()
              .map(p ->
                  new Program(
                      Lists.pick(p.inputs(), Lists.indices(used)),
                      p.equations(),
                      Lists.pick(p.outputs(), moving)))
              .toList();
      return new Pruned(pruned, used, moving);
    }

    List<Atom> operands(List<Atom> all) {
      return Lists.pick(all, Lists.indices(used));
    }
  }
}
