package org.ntk4j.ir.op;

import static org.ntk4j.ir.op.Violation.ints;
import static org.ntk4j.ir.op.Violation.longs;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;

/// Constraints of data movement, indexing, selection and conversion.
final class MovementConstraintTest {
  private static Slice slice(long start, long limit, long stride) {
    return new Slice(longs(start), longs(limit), longs(stride));
  }

  private static Pad pad(long lo, long hi, long interior) {
    return new Pad(longs(lo), longs(hi), longs(interior));
  }

  @TestFactory
  Stream<DynamicTest> every_constraint_is_checked() {
    return violations().map(Violation::test);
  }

  static Stream<Violation> violations() {
    return Stream.of(part1(), part2(), part3()).flatMap(part -> part);
  }

  private static Stream<Violation> part1() {
    return Stream.of(
        new Violation(
            "broadcast_c1_two_operands",
            new Broadcast(Shape.of(2), ints(0)),
            "f64[2] f64[2]",
            "expects 1 operand, got 2"),
        new Violation(
            "broadcast_c2_too_few_axes",
            new Broadcast(Shape.of(2, 3), ints(0)),
            "f64[2,3]",
            "1 axes given for rank 2"),
        new Violation(
            "broadcast_c3_axis_out_of_range",
            new Broadcast(Shape.of(2, 3), ints(2)),
            "f64[3]",
            "result axis 2 is not an axis of rank 2"),
        new Violation(
            "broadcast_c3_axes_decrease",
            new Broadcast(Shape.of(2, 3), ints(1, 0)),
            "f64[3,2]",
            "axes [1, 0] do not increase"),
        new Violation(
            "broadcast_c4_size_one_is_not_stretched",
            new Broadcast(Shape.of(2, 3), ints(0, 1)),
            "f64[2,1]",
            "sizes differ: operand axis 1 has size 1, result axis 1 has size 3"),
        new Violation(
            "reshape_c1_two_operands",
            new Reshape(Shape.of(2)),
            "f64[2] f64[2]",
            "expects 1 operand, got 2"),
        new Violation(
            "reshape_c2_sizes_differ",
            new Reshape(Shape.of(3, 2)),
            "f64[2,2]",
            "[2,2] has 4 elements, [3,2] has 6"),
        new Violation(
            "transpose_c1_no_operands", new Transpose(ints()), "", "expects 1 operand, got 0"),
        new Violation(
            "transpose_c2_too_short",
            new Transpose(ints(0)),
            "f64[2,3]",
            "[0] is not a permutation of the axes of rank 2"),
        new Violation(
            "transpose_c2_axis_named_twice",
            new Transpose(ints(0, 0)),
            "f64[2,3]",
            "[0, 0] is not a permutation of the axes of rank 2"),
        new Violation(
            "slice_c1_two_operands", slice(0, 2, 1), "f64[2] f64[2]", "expects 1 operand, got 2"),
        new Violation(
            "slice_c2_one_entry_for_two_axes",
            slice(0, 2, 1),
            "f64[2,2]",
            "start has length 1, expects 2"),
        new Violation(
            "slice_c3_limit_beyond_size",
            slice(0, 3, 1),
            "f64[2]",
            "start 0, limit 3 are no range of axis 0 of size 2"),
        new Violation(
            "slice_c3_limit_before_start",
            slice(2, 1, 1),
            "f64[2]",
            "start 2, limit 1 are no range of axis 0 of size 2"),
        new Violation(
            "slice_c4_stride_zero", slice(0, 2, 0), "f64[2]", "stride [0] are not all at least 1"),
        new Violation(
            "dynamic_slice_c1_one_operand",
            new DynamicSlice(Shape.of(1)),
            "f64[2]",
            "expects 2 operands, got 1"),
        new Violation(
            "dynamic_slice_c2_ranks_differ",
            new DynamicSlice(Shape.of(1)),
            "f64[2,2] i32[2]",
            "block has rank 1, expects 2"),
        new Violation(
            "dynamic_slice_c3_block_too_large",
            new DynamicSlice(Shape.of(3)),
            "f64[2] i32[1]",
            "axis 0: block size 3 exceeds 2"),
        new Violation(
            "dynamic_slice_c4_floating_start",
            new DynamicSlice(Shape.of(1)),
            "f64[2] f64[1]",
            "expects an integer start [1], got f64[1]"),
        new Violation(
            "dynamic_slice_c4_start_of_other_length",
            new DynamicSlice(Shape.of(1)),
            "f64[2] i32[2]",
            "expects an integer start [1], got i32[2]"),
        new Violation(
            "dynamic_update_slice_c1_two_operands",
            new DynamicUpdateSlice(),
            "f64[2] f64[1]",
            "expects 3 operands, got 2"),
        new Violation(
            "dynamic_update_slice_c1_dtypes_differ",
            new DynamicUpdateSlice(),
            "f64[2] f32[1] i32[1]",
            "dtypes differ: f64 and f32"));
  }

  private static Stream<Violation> part2() {
    return Stream.of(
        new Violation(
            "dynamic_update_slice_c2_ranks_differ",
            new DynamicUpdateSlice(),
            "f64[2] f64[] i32[1]",
            "block has rank 0, expects 1"),
        new Violation(
            "dynamic_update_slice_c3_block_too_large",
            new DynamicUpdateSlice(),
            "f64[2] f64[3] i32[1]",
            "axis 0: block size 3 exceeds 2"),
        new Violation(
            "dynamic_update_slice_c4_scalar_start",
            new DynamicUpdateSlice(),
            "f64[2] f64[1] i32[]",
            "expects an integer start [1], got i32[]"),
        new Violation("pad_c1_one_operand", pad(0, 0, 0), "f64[2]", "expects 2 operands, got 1"),
        new Violation(
            "pad_c2_value_is_not_scalar",
            pad(0, 0, 0),
            "f64[2] f64[1]",
            "expects the padding value f64[], got f64[1]"),
        new Violation(
            "pad_c2_value_of_other_dtype",
            pad(0, 0, 0),
            "f64[2] f32[]",
            "expects the padding value f64[], got f32[]"),
        new Violation(
            "pad_c3_one_entry_for_two_axes",
            pad(0, 0, 0),
            "f64[2,2] f64[]",
            "lo has length 1, expects 2"),
        new Violation(
            "pad_c4_negative_interior",
            pad(0, 0, -1),
            "f64[2] f64[]",
            "interior padding of axis 0 is -1"),
        new Violation(
            "pad_c5_cut_below_zero",
            pad(-2, -1, 0),
            "f64[2] f64[]",
            "axis 0 of size 2 is cut to size -1"),
        new Violation(
            "concatenate_c1_no_operands",
            new Concatenate(0),
            "",
            "expects at least one operand, got none"),
        new Violation(
            "concatenate_c2_axis_out_of_range",
            new Concatenate(1),
            "f64[2]",
            "axis 1 is not an axis of rank 1"),
        new Violation(
            "concatenate_c3_ranks_differ",
            new Concatenate(0),
            "f64[2] f64[2,1]",
            "dtypes or ranks differ: f64[2] and f64[2,1]"),
        new Violation(
            "concatenate_c4_other_sizes_differ",
            new Concatenate(0),
            "f64[2,3] f64[2,4]",
            "sizes of axes other than 0 differ: f64[2,3] and f64[2,4]"),
        new Violation(
            "reverse_c1_no_operands", new Reverse(ints(0)), "", "expects 1 operand, got 0"),
        new Violation(
            "reverse_c2_axis_out_of_range",
            new Reverse(ints(1)),
            "f64[2]",
            "operand axis 1 is not an axis of rank 1"),
        new Violation(
            "gather_c1_one_operand", new Gather(0, 0), "f64[2]", "expects 2 operands, got 1"),
        new Violation(
            "gather_c2_floating_ids",
            new Gather(0, 0),
            "f64[2] f64[1]",
            "expects an integer dtype, got f64"),
        new Violation(
            "gather_c3_axis_out_of_range",
            new Gather(1, 0),
            "f64[2] i32[1]",
            "axis 1 is not an axis of rank 1"),
        new Violation(
            "gather_c3_batch_beyond_axis",
            new Gather(0, 1),
            "f64[2,3] i32[2]",
            "batch 1 is not within 0..0"),
        new Violation(
            "gather_c3_batch_beyond_ids",
            new Gather(1, 1),
            "f64[2,3] i32[]",
            "batch 1 is not within 0..0"),
        new Violation(
            "gather_c4_batch_sizes_differ",
            new Gather(1, 1),
            "f64[2,3] i32[3]",
            "leading sizes differ: [2] and [3]"),
        new Violation(
            "scatter_add_c1_one_operand",
            new ScatterAdd(0, 0, 4),
            "i32[2]",
            "expects 2 operands, got 1"));
  }

  private static Stream<Violation> part3() {
    return Stream.of(
        new Violation(
            "scatter_add_c2_floating_ids",
            new ScatterAdd(0, 0, 4),
            "f64[2] f64[2]",
            "expects an integer dtype, got f64"),
        new Violation(
            "scatter_add_c2_boolean_updates",
            new ScatterAdd(0, 0, 4),
            "i32[2] bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "scatter_add_c3_batch_beyond_axis",
            new ScatterAdd(0, 1, 4),
            "i32[2] f64[2]",
            "batch 1 is not within 0..0"),
        new Violation(
            "scatter_add_c3_rank_of_updates",
            new ScatterAdd(0, 0, 4),
            "i32[2,3] f64[2]",
            "u has rank 1, expects at least 2"),
        new Violation(
            "scatter_add_c4_batch_sizes_differ",
            new ScatterAdd(1, 1, 4),
            "i32[2,3] f64[3,3]",
            "leading sizes differ: [2] and [3]"),
        new Violation(
            "scatter_add_c5_index_sizes_differ",
            new ScatterAdd(0, 0, 4),
            "i32[2] f64[3]",
            "axes 0..0 of u have sizes [3], those of ids [2]"),
        new Violation(
            "scatter_add_c6_negative_size",
            new ScatterAdd(0, 0, -1),
            "i32[2] f64[2]",
            "size is -1"),
        new Violation(
            "select_c1_two_operands", new Select(), "bool[2] f64[2]", "expects 3 operands, got 2"),
        new Violation(
            "select_c2_integer_predicate",
            new Select(),
            "i32[2] f64[2] f64[2]",
            "expects a boolean first operand, got i32[2]"),
        new Violation(
            "select_c3_avals_differ",
            new Select(),
            "bool[2] f64[2] f32[2]",
            "avals differ: f64[2] and f32[2]"),
        new Violation(
            "select_c4_scalar_predicate",
            new Select(),
            "bool[] f64[2] f64[2]",
            "shapes differ: [] and [2]"),
        new Violation(
            "convert_c1_two_operands",
            new Convert(DType.F32),
            "f64[] f64[]",
            "expects 1 operand, got 2"),
        new Violation(
            "convert_c2_to_integer",
            new Convert(DType.I32),
            "f64[]",
            "expects floating-point dtypes, got f64 to i32"),
        new Violation(
            "convert_c2_from_boolean",
            new Convert(DType.F32),
            "bool[]",
            "expects floating-point dtypes, got bool to f32"));
  }
}
