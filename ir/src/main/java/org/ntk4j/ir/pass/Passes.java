package org.ntk4j.ir.pass;

import java.util.List;

/// The usual pipelines.
public final class Passes {
  /// Chains of rewrites longer than this are not worth the time they take.
  private static final int ROUNDS = 10;

  private Passes() {}

  /// Simplification, constant folding, common subexpressions and dead code, to a fixed point.
  public static Pipeline standard() {
    return new Pipeline(
        "standard",
        List.of(new Dce(), new Simplify(), new ConstantFold(), new Cse(), new Dce()),
        ROUNDS);
  }
}
