package org.ntk4j.ir;

import java.util.List;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;

/// An atomic, pure function on tensors.
///
/// The set is closed, and its first level is the calculus: a primitive is smooth elementwise,
/// linear in groups of its operands, constant almost everywhere, nonlinear, or holds programs. A
/// primitive holds parameters, never operands, and is a record, so two equal primitives are
/// interchangeable. A pass switches over the set without `default`: a new primitive does not
/// compile until every pass has answered for it.
public sealed interface Primitive
    permits Elementwise, Multilinear, PiecewiseConstant, Nonlinear, HigherOrder {

  /// Name in the text form, e.g. `reduce_sum`.
  String mnemonic();

  /// Avals of the results.
  ///
  /// @throws IrException if the operands break one of this primitive's numbered constraints
  List<Aval> resultAvals(List<Aval> operands);
}
