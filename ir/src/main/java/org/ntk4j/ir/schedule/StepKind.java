package org.ntk4j.ir.schedule;

/// What limits a step.
public enum StepKind {
  /// The rate of multiplications of large matrices.
  PRODUCTS,
  /// That of large convolutions.
  CONVOLUTIONS,
  /// The rate at which memory is copied.
  LOOPS,
  /// Control, and what the reference evaluator computes.
  OTHERS;

  /// The kind of a step.
  public static StepKind of(Step step) {
    return switch (step) {
      case Step.Product _, Step.Fused _ -> PRODUCTS;
      case Step.Convolution _ -> CONVOLUTIONS;
      case Step.Fill _, Step.Loops _, Step.Rows _ -> LOOPS;
      case Step.Evaluate _, Step.Scan _, Step.While _, Step.Branch _ -> OTHERS;
    };
  }
}
