package org.ntk4j.ir.pass;

import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.WindowSum;

/// Which rules of [Simplify] a multilinear primitive has.
final class LinearRules {
  private LinearRules() {}

  static Optional<Atom> apply(Rewriter r, Multilinear op, List<Atom> in) {
    return switch (op) {
      case Add _, Sub _, Neg _, Mul _, Select _, Convert _ ->
          ArithmeticRules.linear(r, op, in)
              .or(() -> BroadcastRules.pull(r, op, in))
              .or(() -> MovementRules.together(r, op, in));
      case Contract c -> ContractRules.apply(r, c, in);
      case ReduceSum sum -> ReductionRules.sum(r, sum, in.getFirst());
      case WindowSum(var window) -> ReductionRules.window(window, in.getFirst());
      case CumSum(int axis, _) -> ReductionRules.running(axis, in.getFirst());
      case Broadcast broadcast -> MovementRules.broadcast(r, broadcast, in.getFirst());
      case Reshape reshape -> MovementRules.reshape(r, reshape, in.getFirst());
      case Transpose transpose -> MovementRules.transpose(r, transpose, in.getFirst());
      case Slice slice -> MovementRules.slice(slice, in.getFirst());
      case DynamicSlice slice -> MovementRules.dynamicSlice(slice, in.getFirst());
      case DynamicUpdateSlice _ -> MovementRules.update(in.get(0), in.get(1));
      case Pad pad -> MovementRules.pad(pad, in.get(0), in.get(1));
      case Concatenate concatenate -> MovementRules.concatenate(r, concatenate, in);
      case Reverse reverse -> MovementRules.reverse(r, reverse, in.getFirst());
      case Gather gather -> MovementRules.ofZero(gather, in, 0);
      case ScatterAdd scatter -> MovementRules.ofZero(scatter, in, 1);
      case Conv _ -> Optional.empty();
    };
  }
}
