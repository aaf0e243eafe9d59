package org.ntk4j.ir;

import java.util.List;

/// A program breaks a numbered constraint of a primitive, e.g. `contract.C2`.
public final class IrException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String constraint;

  /// @param constraint `<mnemonic>.<Cn>`
  /// @param problem the rule broken, with both numbers
  public IrException(String constraint, String problem, List<Aval> operands) {
    super("%s: %s; operands: %s".formatted(constraint, problem, operands));
    this.constraint = constraint;
  }

  /// The constraint broken, e.g. `contract.C2`.
  public String constraint() {
    return constraint;
  }
}
