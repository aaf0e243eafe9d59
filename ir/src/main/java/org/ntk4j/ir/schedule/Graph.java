package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Reshape;

/// Definitions and uses of the variables of a program.
final class Graph {
  private final Program program;
  private final Map<Var, Equation> definitions = new HashMap<>();
  private final Map<Var, List<Equation>> uses = new HashMap<>();
  private final Set<Atom> outputs;

  Graph(Program program) {
    this.program = program;
    this.outputs = new HashSet<>(program.outputs());
    for (Equation e : program.equations()) {
      e.out().forEach(v -> definitions.put(v, e));
      new HashSet<>(e.in()).forEach(a -> use(a, e));
    }
  }

  private void use(Atom a, Equation e) {
    if (a instanceof Var v) {
      uses.computeIfAbsent(v, _ -> new ArrayList<>()).add(e);
    }
  }

  Program program() {
    return program;
  }

  /// The equation that defines `v`; none for an input.
  Optional<Equation> definition(Var v) {
    return Optional.ofNullable(definitions.get(v));
  }

  /// The equations that read `v`, each once.
  List<Equation> uses(Var v) {
    return uses.getOrDefault(v, List.of());
  }

  boolean isOutput(Var v) {
    return outputs.contains(v);
  }

  /// The variable whose elements `v` has in the same order: `v`, or what it reshapes.
  Var origin(Var v) {
    Var origin = v;
    while (definitions.get(origin) instanceof Equation(Reshape _, var in, _)
        && in.getFirst() instanceof Var x) {
      origin = x;
    }
    return origin;
  }
}
