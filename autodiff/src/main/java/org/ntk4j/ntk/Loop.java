package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Scan;

/// Scans written as loops of Java: the body may use variables of the outer program, which become
/// constants of the scan.
final class Loop {
  private final long length;
  private final List<? extends Atom> xs;
  private final Builder body = new Builder();
  private final List<Var> elements;
  private final List<Atom> results;

  /// What happens for one element of each of the scanned values.
  @FunctionalInterface
  interface Body {
    List<Atom> emit(Builder b, List<Var> elements);
  }

  private Loop(long length, List<? extends Atom> xs, Body emit) {
    this.length = length;
    this.xs = xs;
    this.elements =
        xs.stream().map(x -> new Var(x.aval().withShape(x.aval().shape().remove(0)))).toList();
    this.results = emit.emit(body, elements);
  }

  /// `y_r[t, ..] = body(x_1[t], x_2[t], ..)_r` for `t < length`.
  static List<Atom> stack(Builder b, long length, List<? extends Atom> xs, Body emit) {
    Loop loop = new Loop(length, xs, emit);
    if (length == 0) {
      return loop.results.stream()
          .map(r -> zero(r.aval().withShape(r.aval().shape().insert(0, 0))))
          .toList();
    }
    return loop.emit(b, List.of(), loop.results);
  }

  /// `y_r = Σ_t body(x_1[t], x_2[t], ..)_r` for `t < length`.
  static List<Atom> sum(Builder b, long length, List<? extends Atom> xs, Body emit) {
    Loop loop = new Loop(length, xs, emit);
    if (length == 0) {
      return loop.results.stream().map(r -> zero(r.aval())).toList();
    }
    List<Var> sums = loop.results.stream().map(r -> new Var(r.aval())).toList();
    List<Atom> next = new ArrayList<>();
    for (int i = 0; i < sums.size(); i++) {
      next.add(loop.body.emit(new Add(), sums.get(i), loop.results.get(i)));
    }
    return loop.emit(b, sums, next);
  }

  private static Atom zero(Aval aval) {
    return Literal.of(0, aval);
  }

  private List<Atom> emit(Builder b, List<Var> carries, List<Atom> outputs) {
    List<Var> captured = captured(carries, outputs);
    List<Var> inputs = new ArrayList<>(captured);
    inputs.addAll(carries);
    inputs.addAll(elements);
    Program program = fresh(inputs, outputs);
    List<Atom> in = new ArrayList<>(captured);
    carries.forEach(c -> in.add(zero(c.aval())));
    in.addAll(xs);
    Scan scan = new Scan(program, captured.size(), carries.size(), length, false);
    return List.copyOf(b.emitAll(scan, in));
  }

  /// Variables of outer programs, in the order of first use.
  private List<Var> captured(List<Var> carries, List<Atom> outputs) {
    Set<Var> bound = new HashSet<>(carries);
    bound.addAll(elements);
    body.equations().forEach(e -> bound.addAll(e.out()));
    Set<Var> captured = new LinkedHashSet<>();
    List<Atom> used = new ArrayList<>();
    body.equations().forEach(e -> used.addAll(e.in()));
    used.addAll(outputs);
    for (Atom atom : used) {
      if (atom instanceof Var v && !bound.contains(v)) {
        captured.add(v);
      }
    }
    return List.copyOf(captured);
  }

  /// The body with inputs of its own, so that no variable is bound in two programs.
  private Program fresh(List<Var> inputs, List<Atom> outputs) {
    List<Equation> equations = body.equations();
    List<Var> own = inputs.stream().map(v -> new Var(v.aval())).toList();
    Builder b = new Builder();
    List<Atom> results = b.inline(new Program(inputs, equations, outputs), own);
    return b.build(own, results);
  }
}
