package org.ntk4j.ir.pass;

import java.util.List;

/// The usual pipelines.
public final class Passes {
  /// Chains of rewrites longer than this are not worth the time they take.
  private static final int ROUNDS = 10;

  private Passes() {}

  /// Simplification, constant folding, common subexpressions and dead code, to a fixed point.
  public static Pipeline standard() {
    Dce dce = new Dce();
    return new Pipeline(
        "standard", List.of(dce, new Simplify(), new ConstantFold(), new Cse(), dce), ROUNDS);
  }
}
