package org.ntk4j.autodiff.structure;

import org.ntk4j.autodiff.structure.ContractionPath.Pair;

/// Names of orders of contraction.
final class Orders {
  private Orders() {}

  /// `outside-in`: each side alone first, then a Gram matrix over the parameter. `inside-out`: what
  /// the two sides share first. `left-to-right`: one side taken into the other.
  static String name(Einsums.Planned planned) {
    int leaves = planned.operands().size();
    if (leaves == 2 && planned.operands().stream().allMatch(WeightGradient.class::isInstance)) {
      return "outside-in";
    }
    if (leaves <= 2 || !(planned.path() instanceof Pair(var left, var right, _))) {
      return "direct";
    }
    long first = (1L << leaves / 2) - 1;
    boolean leftPure = isPure(left.members(), first);
    boolean rightPure = isPure(right.members(), first);
    if (leftPure && rightPure) {
      return "outside-in";
    }
    return leftPure || rightPure ? "left-to-right" : "inside-out";
  }

  private static boolean isPure(long members, long first) {
    return (members & first) == 0 || (members & ~first) == 0;
  }
}
