package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;

/// One walk of [Simplify] over a program: what the rules see of it.
final class Rewriter {
  private final List<Equation> equations = new ArrayList<>();
  private final Map<Var, Equation> definitions = new HashMap<>();
  private final Map<Var, Atom> renamed = new HashMap<>();

  /// How often a variable is read; what is not listed is read once.
  private final Map<Var, Integer> reads = new HashMap<>();

  Program run(Program p) {
    p.equations().forEach(e -> e.in().forEach(x -> count(x, 1)));
    p.outputs().forEach(x -> count(x, 1));
    p.equations().forEach(e -> visit(Rename.in(e, renamed)));
    return renamed.isEmpty()
        ? p
        : new Program(p.inputs(), equations, Rename.all(p.outputs(), renamed));
  }

  private void visit(Equation e) {
    if (e.op() instanceof Cond(var branches) && e.in().getFirst() instanceof Literal index) {
      branch(e, branches, index.bits());
      return;
    }
    if (e.out().size() != 1) {
      append(e);
      return;
    }
    Optional<Atom> simpler = simplify(e.op(), e.in());
    if (simpler.isEmpty()) {
      append(e);
    } else {
      replace(e.result(), simpler.get());
    }
  }

  private void replace(Var old, Atom by) {
    if (!old.aval().equals(by.aval())) {
      throw new IllegalStateException(
          "bug: simplify replaces %s by %s".formatted(old.aval(), by.aval()));
    }
    renamed.put(old, by);
    count(by, reads.getOrDefault(old, 0));
  }

  private void count(Atom x, int times) {
    if (x instanceof Var v) {
      reads.merge(v, times, Integer::sum);
    }
  }

  /// Whether nobody but the equation being rewritten reads `x`.
  boolean isReadOnce(Atom x) {
    return x instanceof Var v && reads.getOrDefault(v, 1) == 1;
  }

  private void append(Equation e) {
    equations.add(e);
    e.out().forEach(y -> definitions.put(y, e));
  }

  /// `cond k x.. = branch_k x..`.
  private void branch(Equation e, List<Program> branches, long index) {
    Program taken = branches.get(Math.clamp(index, 0, branches.size() - 1));
    for (int i = 0; i < taken.inputs().size(); i++) {
      renamed.put(taken.inputs().get(i), e.in().get(i + 1));
    }
    for (Equation inner : taken.equations()) {
      // A fresh copy: the branch may be taken more than once.
      Equation copy = Equation.of(inner.op(), Rename.all(inner.in(), renamed));
      for (int i = 0; i < copy.out().size(); i++) {
        renamed.put(inner.out().get(i), copy.out().get(i));
      }
      append(copy);
    }
    for (int i = 0; i < e.out().size(); i++) {
      replace(e.out().get(i), Rename.one(taken.outputs().get(i), renamed));
    }
  }

  private Optional<Atom> simplify(Primitive op, List<Atom> in) {
    return switch (op) {
      case Elementwise p ->
          ArithmeticRules.elementwise(in, p).or(() -> BroadcastRules.pull(this, p, in));
      case Multilinear p -> LinearRules.apply(this, p, in);
      case PiecewiseConstant p -> BroadcastRules.piecewise(this, p, in);
      case Nonlinear p -> ReductionRules.nonlinear(this, p, in);
      case HigherOrder _ -> Optional.empty();
    };
  }

  /// The result of `op(in)`, which has one: simplified if a rule applies, else a new equation.
  Atom emit(Primitive op, List<Atom> in) {
    return simplify(op, in)
        .orElseGet(() -> {
          Equation e = Equation.of(op, in);
          append(e);
          return e.result();
        });
  }

  /// [#emit].
  Atom emit(Primitive op, Atom... in) {
    return emit(op, List.of(in));
  }

  /// The primitive that makes `x`, if it is of the kind `op`.
  <T extends Primitive> Optional<T> match(Atom x, Class<T> op) {
    return x instanceof Var v
        ? Optional.ofNullable(definitions.get(v))
            .map(Equation::op)
            .filter(op::isInstance)
            .map(op::cast)
        : Optional.empty();
  }

  /// Operand `k` of the equation that makes `x`, which [#match] has found.
  Atom operand(Atom x, int k) {
    if (!(x instanceof Var v)) {
      throw new IllegalStateException("bug: a literal is made by no equation");
    }
    return Objects.requireNonNull(definitions.get(v), "bug: an input is made by no equation")
        .in()
        .get(k);
  }
}
