package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;

/// A program prepared for running: variables are numbered slots, literals are values, and each step
/// knows which slots are read for the last time. A plan does not refer to its program, so that a
/// cache of plans keeps no program alive.
///
/// @param inputs number of inputs
/// @param outputs avals of the results
/// @param slots number of variables
/// @param steps one per equation
/// @param results where the results are: a slot, or a literal
/// @param bytes memory of all results of all steps, those of inner programs counted once
record Plan(
    int inputs, List<Aval> outputs, int slots, List<Step> steps, List<Source> results, long bytes) {
  Plan {
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
    results = List.copyOf(results);
  }

  /// Where a value comes from.
  sealed interface Source {
    /// Variable number `index`; inputs come first.
    record Slot(int index) implements Source {}

    /// A literal.
    record Value(Operand operand) implements Source {}
  }

  /// One equation.
  ///
  /// @param in operands
  /// @param out slots of the results
  /// @param avals of the results
  /// @param dying slots to release afterwards
  /// @param inner the programs of a [HigherOrder] that are evaluated
  /// @param shares whether the result shares the memory of the operand, which is then not released
  ///   before the last use of the result
  record Step(
      Primitive op,
      List<Source> in,
      List<Integer> out,
      List<Aval> avals,
      List<Integer> dying,
      List<Plan> inner,
      boolean shares) {
    Step {
      in = List.copyOf(in);
      out = List.copyOf(out);
      avals = List.copyOf(avals);
      dying = List.copyOf(dying);
      inner = List.copyOf(inner);
    }
  }

  /// Prepares `p`.
  static Plan of(Program p) {
    return new Planner(p).plan();
  }

  private static final class Planner {
    /// Literals up to this size are kept in memory with the plan.
    private static final long SMALL_BYTES = 1 << 12;

    private final Program program;
    private final Map<Var, Integer> slots = new HashMap<>();
    private final List<Integer> lastUse = new ArrayList<>();

    /// For each slot the one that owns its memory.
    private final List<Integer> owners = new ArrayList<>();

    private final Set<Atom> results;
    private long bytes;

    Planner(Program program) {
      this.program = program;
      this.results = new HashSet<>(program.outputs());
    }

    Plan plan() {
      program.inputs().forEach(v -> define(v, Integer.MAX_VALUE));
      List<Equation> equations = program.equations();
      for (int i = 0; i < equations.size(); i++) {
        for (Atom a : equations.get(i).in()) {
          use(a, i);
        }
        for (Var v : equations.get(i).out()) {
          define(v, i);
        }
        if (shares(equations.get(i)) && equations.get(i).in().getFirst() instanceof Var x) {
          owners.set(slot(equations.get(i).result()), owners.get(slot(x)));
        }
      }
      program.outputs().forEach(a -> use(a, Integer.MAX_VALUE));
      List<List<Integer>> dying = dying(equations.size());
      List<Step> steps = new ArrayList<>(equations.size());
      for (int i = 0; i < equations.size(); i++) {
        steps.add(step(equations.get(i), dying.get(i)));
      }
      List<Source> results = program.outputs().stream().map(this::source).toList();
      return new Plan(
          program.inputs().size(), program.outputAvals(), slots.size(), steps, results, bytes);
    }

    private void define(Var v, int use) {
      if (slots.put(v, slots.size()) != null) {
        throw new IllegalStateException("bug: a variable is bound twice: " + v);
      }
      owners.add(lastUse.size());
      lastUse.add(use);
    }

    /// A reshape of a variable has the same elements in the same order. A result of the program
    /// needs memory of its own.
    private boolean shares(Equation e) {
      return e.op() instanceof Reshape
          && e.in().getFirst() instanceof Var
          && !results.contains(e.result());
    }

    private void use(Atom a, int equation) {
      if (a instanceof Var v) {
        int slot = owners.get(slot(v));
        lastUse.set(slot, Math.max(lastUse.get(slot), equation));
      }
    }

    private int slot(Var v) {
      return Objects.requireNonNull(slots.get(v), "bug: a variable is used before it is bound");
    }

    private List<List<Integer>> dying(int equations) {
      List<List<Integer>> dying = new ArrayList<>(equations);
      for (int i = 0; i < equations; i++) {
        dying.add(new ArrayList<>(2));
      }
      for (int slot = 0; slot < lastUse.size(); slot++) {
        if (lastUse.get(slot) != Integer.MAX_VALUE && owners.get(slot) == slot) {
          dying.get(lastUse.get(slot)).add(slot);
        }
      }
      return dying;
    }

    private Step step(Equation e, List<Integer> dying) {
      List<Aval> avals = e.out().stream().map(Var::aval).toList();
      List<Plan> inner = evaluated(e.op()).stream().map(Plan::of).toList();
      if (!shares(e)) {
        avals.forEach(a -> bytes += sizeBytes(a));
      }
      inner.forEach(p -> bytes += p.bytes());
      return new Step(
          e.op(),
          e.in().stream().map(this::source).toList(),
          e.out().stream().map(this::slot).toList(),
          avals,
          dying,
          inner,
          shares(e));
    }

    private static List<Program> evaluated(Primitive op) {
      if (!(op instanceof HigherOrder h)) {
        return List.of();
      }
      return switch (h) {
        case Call(_, var body) -> List.of(body);
        case Cond(var branches) -> branches;
        case While(var condition, var body) -> List.of(condition, body);
        case Scan s -> List.of(s.body());
        case Checkpoint(var body) -> List.of(body);
        case CustomJvp(var body, _) -> List.of(body);
        case CustomVjp(var body, _, _) -> List.of(body);
      };
    }

    private Source source(Atom a) {
      return switch (a) {
        case Var v -> new Source.Slot(slot(v));
        case Literal literal -> new Source.Value(value(literal));
      };
    }

    private static Operand value(Literal literal) {
      if (sizeBytes(literal.aval()) > SMALL_BYTES) {
        return new Operand.Filled(literal);
      }
      Tensor t = Tensor.zeros(literal.aval().dtype(), literal.aval().shape());
      Blocks.fill(t, literal.bits());
      return new Operand.Stored(t);
    }

    /// Memory of such a tensor: at least a cache line.
    private static long sizeBytes(Aval aval) {
      return Math.max(64, (aval.size() * aval.dtype().sizeBytes() + 63) / 64 * 64);
    }
  }
}
