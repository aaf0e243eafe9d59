package org.ntk4j.ir.pass;

import org.ntk4j.ir.Program;

/// Algebraic simplification: each equation is rewritten by the first rule that applies.
///
/// No rule makes a program worse: none adds arithmetic, and moves of data are added only where they
/// save arithmetic. Floating-point rules are exact but for the sign of zero and the rounding of
/// sums, which may be done in another order, or before a product; none assumes that a value is
/// finite unless it can tell.
public record Simplify() implements Pass {
  @Override
  public String name() {
    return "simplify";
  }

  @Override
  public Program apply(Program p) {
    return new Rewriter().run(Nested.mapAll(p, this::apply));
  }
}
