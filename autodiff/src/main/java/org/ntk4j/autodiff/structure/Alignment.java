package org.ntk4j.autodiff.structure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.pass.AxisLinks;

/// Which axis of each tangent is the example axis of one output.
///
/// Followed backward from axis 0 of the output: an axis of a tangent is *aligned* if the output's
/// example `n` depends on the tangent only through its elements with the same index `n` there.
/// Where examples interact (a mean over the batch), or a value has no example axis (a parameter),
/// nothing is aligned. Nobody has to promise anything.
final class Alignment {
  private static final int NONE = -1;

  /// Aligned axis of every tangent that reaches the output, or [#NONE].
  private final Map<Atom, Integer> axes = new HashMap<>();

  private Alignment() {}

  static Alignment of(LinearPart part, Atom output) {
    Alignment alignment = new Alignment();
    alignment.axes.put(output, output.aval().rank() > 0 ? 0 : NONE);
    for (Equation e : part.equations().reversed()) {
      alignment.equation(e);
    }
    return alignment;
  }

  private void equation(Equation e) {
    for (int result = 0; result < e.out().size(); result++) {
      Integer axis = axes.get(e.out().get(result));
      if (axis != null) {
        for (int operand = 0; operand < e.in().size(); operand++) {
          merge(e.in().get(operand), linked(e, operand, result, axis));
        }
      }
    }
  }

  private static int linked(Equation e, int operand, int result, int axis) {
    if (axis == NONE) {
      return NONE;
    }
    List<Integer> links = AxisLinks.of(e.op(), e.operandAvals(), operand, result);
    return links.indexOf(axis);
  }

  private void merge(Atom x, int axis) {
    axes.merge(x, axis, (a, c) -> a.equals(c) ? a : NONE);
  }

  /// Whether the output depends on `x`.
  boolean reaches(Atom x) {
    return axes.containsKey(x);
  }

  /// The aligned axis of `x`, if it has one.
  OptionalInt of(Atom x) {
    Integer axis = axes.get(x);
    return axis == null || axis == NONE ? OptionalInt.empty() : OptionalInt.of(axis);
  }
}
