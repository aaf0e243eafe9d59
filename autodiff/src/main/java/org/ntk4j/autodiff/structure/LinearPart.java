package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ntk4j.autodiff.Linearize;
import org.ntk4j.autodiff.Linearized;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.pass.Dce;

/// The network linearized in its parameters: the equations that depend on a tangent, in order.
///
/// Everything else (the forward pass, the residuals, what the linear program computes from
/// residuals alone) has been emitted already, and is an operand like any other.
///
/// @param tangents tangent of each active parameter
/// @param values the network's outputs
/// @param outputs tangents of the outputs, one per output; a literal where no parameter reaches
record LinearPart(
    List<Var> tangents, List<Equation> equations, List<Atom> values, List<Atom> outputs) {
  LinearPart {
    tangents = List.copyOf(tangents);
    equations = List.copyOf(equations);
    values = List.copyOf(values);
    outputs = List.copyOf(outputs);
  }

  /// Linearizes `network(arguments)` in its `active` inputs and emits what is not linear.
  static LinearPart of(
      Builder b, Program network, List<? extends Atom> arguments, List<Boolean> active) {
    Linearized linearized = Linearize.of(network, active);
    List<Atom> primal = b.inline(linearized.primal(), arguments);
    List<Atom> values = primal.subList(0, network.outputs().size());
    List<Atom> residuals = primal.subList(network.outputs().size(), primal.size());
    Program linear = HoistLoops.of(new Dce().apply(linearized.linear()), linearized.residuals());
    Walk walk = new Walk(b);
    List<Var> tangents = linear.inputs().subList(linearized.residuals(), linear.inputs().size());
    List<Atom> in = new ArrayList<>(residuals);
    in.addAll(tangents);
    walk.linear.addAll(tangents);
    List<Atom> floating = walk.inline(linear, in);
    return new LinearPart(tangents, walk.equations, values, spread(values, floating));
  }

  /// One tangent per output: a literal zero for outputs that have none.
  private static List<Atom> spread(List<Atom> values, List<Atom> floating) {
    List<Atom> all = new ArrayList<>();
    int next = 0;
    for (Atom y : values) {
      all.add(y.aval().isFloating() ? floating.get(next++) : Atom.Literal.of(0, y.aval()));
    }
    return all;
  }

  /// Separates the linear equations from the rest, looking through calls and checkpoints.
  private static final class Walk {
    private final Builder b;
    private final Set<Atom> linear = new HashSet<>();
    private final List<Equation> equations = new ArrayList<>();

    Walk(Builder b) {
      this.b = b;
    }

    List<Atom> inline(Program p, List<Atom> arguments) {
      Map<Atom, Atom> names = new HashMap<>();
      for (int i = 0; i < arguments.size(); i++) {
        names.put(p.inputs().get(i), arguments.get(i));
      }
      for (Equation e : p.equations()) {
        List<Atom> in = e.in().stream().map(a -> names.getOrDefault(a, a)).toList();
        List<Atom> out = equation(e, in);
        for (int i = 0; i < out.size(); i++) {
          names.put(e.out().get(i), out.get(i));
        }
      }
      return p.outputs().stream().map(a -> names.getOrDefault(a, a)).toList();
    }

    private List<Atom> equation(Equation e, List<Atom> in) {
      if (in.stream().noneMatch(linear::contains)) {
        return List.copyOf(b.emitAll(e.op(), in));
      }
      if (e.op() instanceof Call(_, var body)) {
        return inline(body, in);
      }
      if (e.op() instanceof Checkpoint(var body)) {
        return inline(body, in);
      }
      List<Var> out = e.out().stream().map(v -> new Var(v.aval())).toList();
      equations.add(new Equation(e.op(), in, out));
      linear.addAll(out);
      return List.copyOf(out);
    }
  }

  /// The values that `equations` use and neither define nor are given as `inputs`, in order of use.
  static List<Var> free(List<Equation> equations, List<Var> inputs, List<? extends Atom> outputs) {
    Set<Atom> bound = new HashSet<>(inputs);
    Set<Var> free = new LinkedHashSet<>();
    for (Equation e : equations) {
      collect(e.in(), bound, free);
      bound.addAll(e.out());
    }
    collect(outputs, bound, free);
    return List.copyOf(free);
  }

  private static void collect(List<? extends Atom> atoms, Set<Atom> bound, Set<Var> free) {
    for (Atom a : atoms) {
      if (a instanceof Var v && !bound.contains(v)) {
        free.add(v);
      }
    }
  }
}
