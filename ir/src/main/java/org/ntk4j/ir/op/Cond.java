package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// Branch `clamp(index)` applied to the rest of the operands; operands: `i32[]` index, then the
/// arguments. All branches have equal input and output avals.
///
/// Constraints: C1 at least one branch; C2 the first operand is an `i32[]`; C3 all branches have
/// the same inputs; C4 and the same outputs; C5 the other operands have the avals of the inputs.
public record Cond(List<Program> branches) implements HigherOrder {
  public Cond {
    branches = List.copyOf(branches);
  }

  @Override
  public String mnemonic() {
    return "cond";
  }

  @Override
  public List<Program> programs() {
    return branches;
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.that(!branches.isEmpty(), 1, "expects at least one branch, got none");
    check.that(
        !operands.isEmpty() && operands.getFirst().equals(Aval.of(DType.I32)),
        2,
        "expects an index i32[] as first operand");
    Program first = branches.getFirst();
    for (Program branch : branches) {
      check.avals(3, "inputs of the first branch", first.inputAvals(), branch.inputAvals());
      check.avals(4, "outputs of the first branch", first.outputAvals(), branch.outputAvals());
    }
    check.avals(
        5, "inputs of the branches", first.inputAvals(), operands.subList(1, operands.size()));
    return first.outputAvals();
  }
}
