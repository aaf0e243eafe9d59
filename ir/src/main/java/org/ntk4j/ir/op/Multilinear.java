package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Primitive;

/// Jointly linear in each group of [#linearIn], the other operands held fixed.
///
/// Linearization of all of them is one line: the sum over the groups of the primitive itself, with
/// that group replaced by its tangents.
public sealed interface Multilinear extends Primitive
    permits Add,
        Sub,
        Neg,
        Mul,
        Contract,
        Conv,
        ReduceSum,
        WindowSum,
        Broadcast,
        Reshape,
        Transpose,
        Slice,
        DynamicSlice,
        DynamicUpdateSlice,
        Pad,
        Concatenate,
        Reverse,
        Gather,
        ScatterAdd,
        Select,
        CumSum,
        Convert {
  /// Operand groups, e.g. `[[0, 1]]` for `add` and `[[0], [1]]` for `mul`.
  ///
  /// @param operands how many operands the equation has
  List<List<Integer>> linearIn(int operands);
}
