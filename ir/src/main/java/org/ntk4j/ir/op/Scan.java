package org.ntk4j.ir.op;

import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `(carry, y_t) = body(consts, carry, x_t)` for `t` in `0..length-1` (downward if `reverse`).
/// Operands: consts, carry, the `x` stacked along axis 0; results: final carry, the `y` stacked
/// along axis 0.
///
/// Constraints: C1 `consts`, `carries` and `length` are at least 0, and `body` has as many inputs
/// and outputs; C2 its first outputs have the avals of its carry inputs; C3 operands have the avals
/// of the inputs of `body`, the `x` with an axis of size `length` in front.
public record Scan(Program body, int consts, int carries, long length, boolean reverse)
    implements HigherOrder {
  @Override
  public String mnemonic() {
    return "scan";
  }

  @Override
  public List<Program> programs() {
    return List.of(body);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    int ahead = consts + carries;
    check.that(
        consts >= 0 && carries >= 0 && length >= 0,
        1,
        "consts %d, carries %d, length %d are not all at least 0",
        consts,
        carries,
        length);
    List<Aval> in = body.inputAvals();
    List<Aval> out = body.outputAvals();
    check.that(
        ahead <= in.size() && carries <= out.size(),
        1,
        "%d consts and %d carries, but the body has %d inputs and %d outputs",
        consts,
        carries,
        in.size(),
        out.size());
    check.avals(2, "carry of the body", in.subList(consts, ahead), out.subList(0, carries));
    check.avals(3, "operands of the scan", stacked(in, ahead), operands);
    return stacked(out, carries);
  }

  /// `avals`, those from `first` on with an axis of size `length` in front.
  private List<Aval> stacked(List<Aval> avals, int first) {
    return IntStream.range(0, avals.size())
        .mapToObj(i ->
            i < first
                ? avals.get(i)
                : avals.get(i).withShape(avals.get(i).shape().insert(0, length)))
        .toList();
  }
}
