package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Scan;

/// Linearization of a scan: the primal scan also stacks the residuals of every step, and the linear
/// half is a scan over them.
///
/// Residuals that are the same in every step are computed once, in front of the scan.
final class LinearScan {
  private final Linearize l;
  private final Scan op;
  private final List<Dual> x;
  private final List<Boolean> active;
  private final Linearized body;
  private final Map<Atom, Atom> invariant = new HashMap<>();

  LinearScan(Linearize l, Scan op, List<Dual> x) {
    this.l = l;
    this.op = op;
    this.x = x;
    List<Boolean> flags = Dual.active(x);
    Linearized split = Linearize.of(op.body(), flags);
    while (!reached(split, flags).equals(flags)) {
      flags = reached(split, flags);
      split = Linearize.of(op.body(), flags);
    }
    this.active = flags;
    this.body = split;
  }

  /// `flags`, and those carries that receive a tangent.
  private List<Boolean> reached(Linearized split, List<Boolean> flags) {
    List<Optional<Atom>> yDot = tangents(split);
    List<Boolean> next = new ArrayList<>(flags);
    for (int i = 0; i < op.carries(); i++) {
      int at = op.consts() + i;
      next.set(at, flags.get(at) || yDot.get(i).isPresent());
    }
    return List.copyOf(next);
  }

  /// For each output of the body, its tangent.
  private List<Optional<Atom>> tangents(Linearized split) {
    List<Optional<Atom>> all = new ArrayList<>();
    int next = 0;
    for (Atom y : op.body().outputs()) {
      Optional<Atom> yDot =
          y.aval().isFloating()
              ? Optional.of(split.linear().outputs().get(next++))
              : Optional.empty();
      all.add(yDot.filter(t -> !Dual.isZero(t)));
    }
    return all;
  }

  List<Dual> apply() {
    hoist();
    int outputs = op.body().outputs().size();
    Program primal = body.primal();
    List<Atom> residuals = Lists.from(primal.outputs(), outputs);
    List<Var> named = body.linear().inputs().subList(0, body.residuals());
    List<Integer> stacked =
        IntStream.range(0, residuals.size())
            .filter(i -> !isInvariant(residuals.get(i)) && !isScanned(residuals.get(i)))
            .boxed()
            .toList();
    List<Atom> returned =
        Lists.concat(primal.outputs().subList(0, outputs), Lists.pick(residuals, stacked));
    Program step = Live.program(primal.inputs(), primal.equations(), returned);
    List<? extends Atom> y =
        l.primal()
            .emitAll(
                new Scan(step, op.consts(), op.carries(), op.length(), op.reverse()),
                Dual.values(x));
    List<Var> fixed = new ArrayList<>();
    List<Atom> fixedOperands = new ArrayList<>();
    List<Var> moving = new ArrayList<>();
    List<Atom> movingOperands = new ArrayList<>();
    for (int i = 0; i < residuals.size(); i++) {
      Atom r = residuals.get(i);
      boolean same = isInvariant(r);
      (same ? fixed : moving).add(named.get(i));
      int at = stacked.indexOf(i);
      (same ? fixedOperands : movingOperands)
          .add(same ? outer(r) : at >= 0 ? y.get(outputs + at) : scanned(r));
    }
    return attach(y.subList(0, outputs), linear(fixed, fixedOperands, moving, movingOperands));
  }

  /// Emits the linear scan; returns the tangents of the carries that are active, then those of the
  /// stacked outputs that have any.
  private List<? extends Atom> linear(
      List<Var> fixed, List<Atom> fixedOperands, List<Var> moving, List<Atom> movingOperands) {
    List<Var> xDot = Lists.from(body.linear().inputs(), body.residuals());
    int consts = count(0, op.consts());
    int ahead = consts + count(op.consts(), op.consts() + op.carries());
    List<Var> inputs = new ArrayList<>(fixed);
    inputs.addAll(xDot.subList(0, ahead));
    inputs.addAll(moving);
    inputs.addAll(Lists.from(xDot, ahead));
    List<Atom> tangents =
        Lists.pick(x, Lists.indices(active)).stream().map(Dual::tangentOrZero).toList();
    List<Atom> operands = new ArrayList<>(fixedOperands);
    operands.addAll(tangents.subList(0, ahead));
    operands.addAll(movingOperands);
    operands.addAll(Lists.from(tangents, ahead));
    Program step = Live.program(inputs, body.linear().equations(), returned());
    Scan scan = new Scan(step, fixed.size() + consts, ahead - consts, op.length(), op.reverse());
    return l.tangent().emitAll(scan, operands);
  }

  private int count(int from, int to) {
    return Lists.indices(active.subList(from, to)).size();
  }

  private List<Atom> returned() {
    List<Optional<Atom>> yDot = tangents(body);
    return IntStream.range(0, yDot.size())
        .filter(i -> moves(yDot, i))
        .mapToObj(
            i -> yDot.get(i).orElseGet(() -> Literal.of(0, op.body().outputs().get(i).aval())))
        .toList();
  }

  private boolean moves(List<Optional<Atom>> yDot, int output) {
    return output < op.carries() ? active.get(op.consts() + output) : yDot.get(output).isPresent();
  }

  private List<Dual> attach(List<? extends Atom> y, List<? extends Atom> moving) {
    List<Optional<Atom>> yDot = tangents(body);
    List<Dual> all = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < y.size(); i++) {
      all.add(
          new Dual(y.get(i), moves(yDot, i) ? Optional.of(moving.get(next++)) : Optional.empty()));
    }
    return all;
  }

  /// Emits in front of the scan what the body computes from its consts alone; what turns out to be
  /// unused is dropped with the rest of the dead code.
  private void hoist() {
    List<Var> inputs = body.primal().inputs();
    for (int i = 0; i < op.consts(); i++) {
      invariant.put(inputs.get(i), x.get(i).value());
    }
    for (Equation e : body.primal().equations()) {
      if (e.in().stream().allMatch(this::isInvariant)) {
        List<? extends Atom> out =
            l.primal().emitAll(e.op(), e.in().stream().map(this::outer).toList());
        for (int i = 0; i < out.size(); i++) {
          invariant.put(e.out().get(i), out.get(i));
        }
      }
    }
  }

  private boolean isInvariant(Atom a) {
    return a instanceof Literal || invariant.containsKey(a);
  }

  private Atom outer(Atom a) {
    return invariant.getOrDefault(a, a);
  }

  /// Whether `a` is one of the stacked inputs of the body.
  private boolean isScanned(Atom a) {
    return position(a) >= op.consts() + op.carries();
  }

  private Atom scanned(Atom a) {
    return x.get(position(a)).value();
  }

  private int position(Atom a) {
    return body.primal().inputs().stream().map(Atom.class::cast).toList().indexOf(a);
  }
}
