package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.pass.Dce;

/// Moves out of the scans of a linear program what touches loop-invariant tangents but not the
/// carry.
///
/// The tangent of `x_t · W` is `x_t · Ẇ`, whatever the carry: it becomes `v[t] = x_t · Ẇ` over the
/// stacked residuals, in front of the scan, and the scan takes `v[t]` as a scanned input. Every use
/// of a parameter then lies outside the loop.
final class HoistLoops {
  private final Builder b = new Builder();
  private final Map<Atom, Atom> names = new HashMap<>();
  private final Set<Atom> linear = new HashSet<>();

  private HoistLoops() {}

  /// @param residuals how many inputs of `program` are residuals; it is linear in the others
  static Program of(Program program, int residuals) {
    HoistLoops h = new HoistLoops();
    h.linear.addAll(program.inputs().subList(residuals, program.inputs().size()));
    for (Equation e : program.equations()) {
      List<Atom> in = e.in().stream().map(a -> h.names.getOrDefault(a, a)).toList();
      List<? extends Atom> out =
          e.op() instanceof Scan scan ? h.scan(scan, in) : h.b.emitAll(e.op(), in);
      boolean isLinear = in.stream().anyMatch(h.linear::contains);
      for (int i = 0; i < out.size(); i++) {
        h.names.put(e.out().get(i), out.get(i));
        if (isLinear) {
          h.linear.add(out.get(i));
        }
      }
    }
    return h.b.build(
        program.inputs(), program.outputs().stream().map(a -> h.names.getOrDefault(a, a)).toList());
  }

  private List<? extends Atom> scan(Scan scan, List<Atom> in) {
    boolean invariantTangent = in.subList(0, scan.consts()).stream().anyMatch(linear::contains);
    return invariantTangent ? new Hoisting(scan, in).emit() : b.emitAll(scan, in);
  }

  /// One scan, taken apart.
  private final class Hoisting {
    private final Scan scan;
    private final List<Atom> in;
    private final List<Var> inputs;

    /// Body values that depend on invariant tangents, and else on nothing that the carry reaches.
    private final Set<Atom> hoisted = new LinkedHashSet<>();

    /// Body values that the carry or a scanned tangent reaches.
    private final Set<Atom> bound = new HashSet<>();

    Hoisting(Scan scan, List<Atom> in) {
      this.scan = scan;
      this.in = in;
      this.inputs = scan.body().inputs();
      for (int i = 0; i < inputs.size(); i++) {
        boolean isCarry = i >= scan.consts() && i < scan.consts() + scan.carries();
        if (isCarry || i >= scan.consts() && linear.contains(in.get(i))) {
          bound.add(inputs.get(i));
        } else if (i < scan.consts() && linear.contains(in.get(i))) {
          hoisted.add(inputs.get(i));
        }
      }
      for (Equation e : scan.body().equations()) {
        if (e.in().stream().anyMatch(bound::contains)) {
          bound.addAll(e.out());
        } else if (e.in().stream().anyMatch(hoisted::contains)) {
          hoisted.addAll(e.out());
        }
      }
    }

    /// Hoisted values that the loop itself still needs.
    private List<Var> frontier() {
      Set<Var> needed = new LinkedHashSet<>();
      for (Equation e : scan.body().equations()) {
        if (e.in().stream().anyMatch(bound::contains)) {
          collect(e.in(), needed);
        }
      }
      collect(scan.body().outputs(), needed);
      return List.copyOf(needed);
    }

    private void collect(List<? extends Atom> atoms, Set<Var> needed) {
      for (Atom a : atoms) {
        if (a instanceof Var v && hoisted.contains(v)) {
          needed.add(v);
        }
      }
    }

    List<? extends Atom> emit() {
      List<Var> frontier = frontier();
      List<? extends Atom> stacked = inFront(frontier);
      linear.addAll(stacked);
      List<Var> consts = new ArrayList<>();
      List<Atom> operands = new ArrayList<>();
      for (int i = 0; i < scan.consts(); i++) {
        if (!hoisted.contains(inputs.get(i))) {
          consts.add(inputs.get(i));
          operands.add(in.get(i));
        }
      }
      List<Var> all = new ArrayList<>(consts);
      all.addAll(inputs.subList(scan.consts(), inputs.size()));
      all.addAll(frontier);
      operands.addAll(in.subList(scan.consts(), in.size()));
      operands.addAll(stacked);
      List<Equation> kept =
          scan.body().equations().stream()
              .filter(e -> e.out().stream().noneMatch(hoisted::contains))
              .toList();
      Program body = new Dce().apply(new Program(all, kept, scan.body().outputs()));
      Scan rest = new Scan(body, consts.size(), scan.carries(), scan.length(), scan.reverse());
      return b.emitAll(rest, operands);
    }

    /// The hoisted values of all steps at once: `[t, ..]`.
    private List<? extends Atom> inFront(List<Var> frontier) {
      List<Var> arguments = new ArrayList<>();
      List<Atom> operands = new ArrayList<>();
      List<Boolean> batched = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        if (!bound.contains(inputs.get(i))) {
          arguments.add(inputs.get(i));
          operands.add(in.get(i));
          batched.add(i >= scan.consts());
        }
      }
      List<Equation> free =
          scan.body().equations().stream()
              .filter(e -> e.out().stream().noneMatch(bound::contains))
              .toList();
      Program step = new Dce().apply(new Program(arguments, free, List.copyOf(frontier)));
      return b.inline(Batch.all(step, scan.length(), batched), operands);
    }
  }
}
