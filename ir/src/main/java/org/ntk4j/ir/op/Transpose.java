package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Result axis `k` is operand axis `permutation[k]`.
///
/// Constraints: C1 one operand; C2 `permutation` is a permutation of its axes.
public record Transpose(List<Integer> permutation) implements Multilinear {
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  @Override
  public String mnemonic() {
    return "transpose";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.that(
        Check.isPermutation(permutation, x.rank()),
        2,
        "%s is not a permutation of the axes of rank %d",
        permutation,
        x.rank());
    return List.of(x.withShape(x.shape().permute(permutation)));
  }
}
