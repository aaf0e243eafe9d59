package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.autodiff.structure.KernelAxes;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.IrException;

/// Traced and diagonal axes as the user gives them, made into axes counted from 0.
///
/// Constraints, checked before any work and alike for every implementation: C1 each axis is within
/// the output's rank; C2 no axis is given twice, neither as `1` and `1` nor as `1` and `-1`; C3
/// none is both traced and diagonal; C4 a traced or diagonal axis has the same size on both sides;
/// C5 two outputs with a kernel between them have the same traced and diagonal axes.
final class AxisRules {
  private AxisRules() {}

  /// The axes of one output, checked against its rank.
  static KernelAxes resolve(List<Integer> trace, List<Integer> diagonal, String output, Aval aval) {
    List<Integer> traced = count("trace", trace, output, aval);
    List<Integer> kept = count("diagonal", diagonal, output, aval);
    for (int axis : traced) {
      if (kept.contains(axis)) {
        throw new IrException(
            "axes.C3",
            "axis %d of %s is both traced and diagonal".formatted(axis, named(output)),
            List.of(aval));
      }
    }
    return new KernelAxes(traced, kept);
  }

  /// Checks a kernel between output `first` of the first side and output `second` of the second.
  static KernelEntry entry(
      int first,
      int second,
      List<KernelAxes> axes,
      List<String> names,
      List<Aval> one,
      List<Aval> two) {
    Aval x = one.get(first);
    Aval y = two.get(second);
    if (!axes.get(first).equals(axes.get(second))) {
      throw new IrException(
          "axes.C5",
          "%s has %s, %s has %s; a kernel between them needs the same axes on both"
              .formatted(
                  named(names.get(first)),
                  describe(axes.get(first)),
                  named(names.get(second)),
                  describe(axes.get(second))),
          List.of(x, y));
    }
    KernelAxes shared = axes.get(first);
    checkSizes("trace", shared.trace(), names, first, second, List.of(x, y));
    checkSizes("diagonal", shared.diagonal(), names, first, second, List.of(x, y));
    return new KernelEntry(first, second, shared);
  }

  private static void checkSizes(
      String kind,
      List<Integer> axes,
      List<String> names,
      int first,
      int second,
      List<Aval> avals) {
    for (int axis : axes) {
      long n = avals.get(0).dim(axis);
      long m = avals.get(1).dim(axis);
      if (n != m) {
        throw new IrException(
            "axes.C4",
            "%s axis %d has size %d in %s of x1 and size %d in %s of x2"
                .formatted(kind, axis, n, named(names.get(first)), m, named(names.get(second))),
            avals);
      }
    }
  }

  private static List<Integer> count(String kind, List<Integer> axes, String output, Aval aval) {
    int rank = aval.rank();
    List<Integer> counted = new ArrayList<>();
    for (int axis : axes) {
      if (axis < -rank || axis >= rank) {
        throw new IrException(
            "axes.C1",
            "%s axis %d is out of range for %s of rank %d"
                .formatted(kind, axis, named(output), rank),
            List.of(aval));
      }
      int fromZero = axis < 0 ? axis + rank : axis;
      if (counted.contains(fromZero)) {
        throw new IrException(
            "axes.C2",
            "%s axis %d of %s is given more than once, in %s"
                .formatted(kind, fromZero, named(output), axes),
            List.of(aval));
      }
      counted.add(fromZero);
    }
    return counted.stream().sorted().toList();
  }

  private static String describe(KernelAxes axes) {
    return "trace axes %s and diagonal axes %s".formatted(axes.trace(), axes.diagonal());
  }

  /// E.g. ``output `logits` ``, or `the output` if it has no name.
  static String named(String output) {
    return output.isEmpty() ? "the output" : "output `" + output + "`";
  }
}
