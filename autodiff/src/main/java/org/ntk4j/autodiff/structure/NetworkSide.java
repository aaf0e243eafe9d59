package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.AxisLinks;

/// The network at one set of examples: its forward pass, emitted, and the uses behind each output.
final class NetworkSide {
  private final Builder b;
  private final LinearPart part;
  private final StructureOptions options;
  private final Set<Atom> carriers;
  private final Map<Integer, Uses> uses = new HashMap<>();

  private NetworkSide(Builder b, LinearPart part, StructureOptions options, Set<Atom> carriers) {
    this.b = b;
    this.part = part;
    this.options = options;
    this.carriers = carriers;
  }

  static NetworkSide of(
      Builder b,
      Program network,
      List<Var> parameters,
      List<Var> x,
      List<Boolean> active,
      StructureOptions options) {
    List<Atom> arguments = new ArrayList<>(parameters);
    arguments.addAll(x);
    List<Boolean> flags = new ArrayList<>(active);
    x.forEach(_ -> flags.add(false));
    LinearPart part = LinearPart.of(b, network, arguments, flags);
    return new NetworkSide(b, part, options, carriers(b.equations(), x));
  }

  /// Values with an axis along which examples lie: axis 0 of the inputs, followed forward.
  private static Set<Atom> carriers(List<Equation> equations, List<Var> x) {
    Map<Atom, Integer> axes = new HashMap<>();
    x.stream().filter(v -> v.aval().rank() > 0).forEach(v -> axes.put(v, 0));
    for (Equation e : equations) {
      for (int operand = 0; operand < e.in().size(); operand++) {
        Integer axis = axes.get(e.in().get(operand));
        for (int result = 0; axis != null && result < e.out().size(); result++) {
          int linked = AxisLinks.of(e.op(), e.operandAvals(), operand, result).get(axis);
          if (linked >= 0) {
            axes.put(e.out().get(result), linked);
          }
        }
      }
    }
    return new HashSet<>(axes.keySet());
  }

  /// The value of output `k`.
  Atom output(int k) {
    return part.values().get(k);
  }

  /// Tangent of the `k`-th active parameter.
  Var tangent(int k) {
    return part.tangents().get(k);
  }

  Uses uses(int output) {
    return uses.computeIfAbsent(output, k -> Uses.of(b, part, k, carriers::contains, options));
  }
}
