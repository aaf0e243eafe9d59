package org.ntk4j.ir.op;

import static org.ntk4j.ir.op.Violation.identity;
import static org.ntk4j.ir.op.Violation.returning;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// Constraints of piecewise constant, nonlinear and higher-order primitives.
final class ControlConstraintTest {
  private static final TriangularSolve SOLVE = new TriangularSolve(true, false, false);

  @TestFactory
  Stream<DynamicTest> every_constraint_is_checked() {
    return violations().map(Violation::test);
  }

  static Stream<Violation> violations() {
    return Stream.of(part1(), part2(), part3(), part4()).flatMap(part -> part);
  }

  private static Stream<Violation> part1() {
    return Stream.of(
        new Violation(
            "lt_c1_one_operand", new Compare(Comparison.LT), "f64[]", "expects 2 operands, got 1"),
        new Violation(
            "eq_c1_avals_differ",
            new Compare(Comparison.EQ),
            "f64[] f32[]",
            "avals differ: f64[] and f32[]"),
        new Violation(
            "not_c1_two_operands",
            new Logic(LogicFn.NOT),
            "bool[] bool[]",
            "expects 1 operand, got 2"),
        new Violation(
            "and_c1_one_operand", new Logic(LogicFn.AND), "bool[]", "expects 2 operands, got 1"),
        new Violation(
            "or_c2_avals_differ",
            new Logic(LogicFn.OR),
            "bool[] i32[]",
            "avals differ: bool[] and i32[]"),
        new Violation(
            "xor_c3_floating",
            new Logic(LogicFn.XOR),
            "f64[] f64[]",
            "expects a boolean or integer dtype, got f64"),
        new Violation(
            "floor_c1_two_operands",
            new Step(StepFn.FLOOR),
            "f64[] f64[]",
            "expects 1 operand, got 2"),
        new Violation(
            "floor_c2_integer",
            new Step(StepFn.FLOOR),
            "i32[]",
            "expects a floating-point dtype, got i32"),
        new Violation(
            "sign_c2_boolean",
            new Step(StepFn.SIGN),
            "bool[]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "is_nan_c1_no_operands",
            new Classify(FloatClass.IS_NAN),
            "",
            "expects 1 operand, got 0"),
        new Violation(
            "is_nan_c2_integer",
            new Classify(FloatClass.IS_NAN),
            "i32[]",
            "expects a floating-point dtype, got i32"),
        new Violation(
            "argmax_c1_no_operands",
            new ArgExtremum(Extremum.MAX, 0, DType.I32),
            "",
            "expects 1 operand, got 0"),
        new Violation(
            "argmin_c2_boolean",
            new ArgExtremum(Extremum.MIN, 0, DType.I32),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "argmax_c3_axis_out_of_range",
            new ArgExtremum(Extremum.MAX, 1, DType.I32),
            "f64[2]",
            "axis 1 is not an axis of rank 1"),
        new Violation(
            "argmax_c4_no_elements",
            new ArgExtremum(Extremum.MAX, 0, DType.I32),
            "f64[0,3]",
            "axis 0 has no elements"),
        new Violation(
            "argmax_c5_floating_indices",
            new ArgExtremum(Extremum.MAX, 0, DType.F32),
            "f64[2]",
            "expects an integer result dtype, got f32"),
        new Violation(
            "iota_c1_one_operand",
            new Iota(Shape.of(2), 0, DType.I32),
            "f64[]",
            "expects 0 operands, got 1"),
        new Violation(
            "iota_c2_axis_out_of_range",
            new Iota(Shape.of(2), 1, DType.I32),
            "",
            "axis 1 is not an axis of rank 1"),
        new Violation(
            "iota_c3_boolean",
            new Iota(Shape.of(2), 0, DType.BOOL),
            "",
            "expects a numeric result dtype, got bool"),
        new Violation(
            "constant_c1_one_operand",
            new Constant(Tensor.scalar(1)),
            "f64[]",
            "expects 0 operands, got 1"),
        new Violation("cast_c1_no_operands", new Cast(DType.I32), "", "expects 1 operand, got 0"),
        new Violation(
            "cast_c2_between_floating_dtypes",
            new Cast(DType.F32),
            "f64[]",
            "f64 to f32 is a convert"));
  }

  private static Stream<Violation> part2() {
    return Stream.of(
        new Violation(
            "random_bits_c1_no_operands",
            new RandomBits(Shape.of(2), DType.I32),
            "",
            "expects 1 operand, got 0"),
        new Violation(
            "random_bits_c2_small_key",
            new RandomBits(Shape.of(2), DType.I32),
            "i32[]",
            "expects a key i64[], got i32[]"),
        new Violation(
            "random_bits_c3_floating",
            new RandomBits(Shape.of(2), DType.F64),
            "i64[]",
            "expects an integer result dtype, got f64"),
        new Violation(
            "stop_gradient_c1_two_operands",
            new StopGradient(),
            "f64[] f64[]",
            "expects 1 operand, got 2"),
        new Violation(
            "sort_c1_no_operands",
            new Sort(0, 1, false),
            "",
            "expects at least one operand, got none"),
        new Violation(
            "sort_c2_shapes_differ",
            new Sort(0, 1, false),
            "f64[2] i32[3]",
            "shapes differ: [2] and [3]"),
        new Violation(
            "sort_c3_axis_out_of_range",
            new Sort(1, 1, false),
            "f64[2]",
            "axis 1 is not an axis of rank 1"),
        new Violation("sort_c4_no_keys", new Sort(0, 0, false), "f64[2]", "0 keys for 1 operands"),
        new Violation(
            "sort_c4_more_keys_than_operands",
            new Sort(0, 2, false),
            "f64[2]",
            "2 keys for 1 operands"),
        new Violation(
            "top_k_c1_two_operands", new TopK(1), "f64[2] f64[2]", "expects 1 operand, got 2"),
        new Violation(
            "top_k_c2_boolean", new TopK(1), "bool[2]", "expects a numeric dtype, got bool"),
        new Violation(
            "top_k_c3_scalar", new TopK(0), "f64[]", "expects at least one axis, got rank 0"),
        new Violation(
            "top_k_c4_more_than_there_are",
            new TopK(3),
            "f64[3,2]",
            "k is 3, the last axis has size 2"),
        new Violation(
            "cholesky_c1_two_operands",
            new Cholesky(),
            "f64[2,2] f64[2,2]",
            "expects 1 operand, got 2"),
        new Violation(
            "cholesky_c2_integer",
            new Cholesky(),
            "i32[2,2]",
            "expects a floating-point dtype, got i32"),
        new Violation(
            "cholesky_c3_not_square",
            new Cholesky(),
            "f64[2,3]",
            "expects square matrices, got f64[2,3]"),
        new Violation(
            "cholesky_c3_vector", new Cholesky(), "f64[2]", "expects square matrices, got f64[2]"),
        new Violation(
            "triangular_solve_c1_dtypes_differ",
            SOLVE,
            "f64[2,2] f32[2,1]",
            "expects two operands of one floating-point dtype, got f64 and f32"),
        new Violation(
            "triangular_solve_c2_not_square",
            SOLVE,
            "f64[2,3] f64[2,1]",
            "expects square matrices, got f64[2,3]"),
        new Violation(
            "triangular_solve_c3_ranks_differ", SOLVE, "f64[2,2] f64[2]", "ranks differ: 2 and 1"),
        new Violation(
            "triangular_solve_c3_rows_differ",
            SOLVE,
            "f64[2,2] f64[3,1]",
            "leading sizes differ: [2] and [3]"),
        new Violation(
            "triangular_solve_c3_batches_differ",
            SOLVE,
            "f64[4,2,2] f64[5,2,1]",
            "leading sizes differ: [4,2] and [5,2]"));
  }

  private static Stream<Violation> part3() {
    return Stream.of(
        new Violation(
            "call_c1_avals_differ",
            new Call("f", identity("f64[2]")),
            "f64[3]",
            "expects inputs of the body [f64[2]], got [f64[3]]"),
        new Violation(
            "checkpoint_c1_no_operands",
            new Checkpoint(identity("f64[2]")),
            "",
            "expects inputs of the body [f64[2]], got []"),
        new Violation(
            "cond_c1_no_branches",
            new Cond(List.of()),
            "i32[]",
            "expects at least one branch, got none"),
        new Violation(
            "cond_c2_wide_index",
            new Cond(List.of(identity(""))),
            "i64[]",
            "expects an index i32[] as first operand"),
        new Violation(
            "cond_c2_no_operands",
            new Cond(List.of(identity(""))),
            "",
            "expects an index i32[] as first operand"),
        new Violation(
            "cond_c3_inputs_differ",
            new Cond(List.of(identity("f64[]"), identity("f32[]"))),
            "i32[] f64[]",
            "expects inputs of the first branch [f64[]], got [f32[]]"),
        new Violation(
            "cond_c4_outputs_differ",
            new Cond(List.of(identity("f64[]"), returning("f64[]", "f32[]"))),
            "i32[] f64[]",
            "expects outputs of the first branch [f64[]], got [f32[]]"),
        new Violation(
            "cond_c5_operands_differ",
            new Cond(List.of(identity("f64[]"))),
            "i32[] f64[2]",
            "expects inputs of the branches [f64[]], got [f64[2]]"),
        new Violation(
            "while_c1_carry_changes",
            new While(returning("f64[]", "bool[]"), returning("f64[]", "f32[]")),
            "f64[]",
            "expects inputs of the body [f64[]], got [f32[]]"),
        new Violation(
            "while_c2_condition_of_other_inputs",
            new While(returning("f32[]", "bool[]"), identity("f64[]")),
            "f64[]",
            "expects inputs of the body [f64[]], got [f32[]]"),
        new Violation(
            "while_c2_condition_is_not_boolean",
            new While(identity("f64[]"), identity("f64[]")),
            "f64[]",
            "expects output of a condition [bool[]], got [f64[]]"),
        new Violation(
            "while_c3_operands_differ",
            new While(returning("f64[]", "bool[]"), identity("f64[]")),
            "f32[]",
            "expects inputs of the body [f64[]], got [f32[]]"),
        new Violation(
            "scan_c1_negative_length",
            new Scan(identity("f64[]"), 0, 1, -1, false),
            "f64[]",
            "consts 0, carries 1, length -1 are not all at least 0"),
        new Violation(
            "scan_c1_too_many_carries",
            new Scan(identity("f64[]"), 0, 2, 3, false),
            "f64[]",
            "0 consts and 2 carries, but the body has 1 inputs and 1 outputs"),
        new Violation(
            "scan_c2_carry_changes",
            new Scan(returning("f64[]", "f32[]"), 0, 1, 3, false),
            "f64[]",
            "expects carry of the body [f64[]], got [f32[]]"),
        new Violation(
            "scan_c3_stacked_operand_of_other_length",
            new Scan(identity("f64[] f64[2]"), 0, 1, 3, false),
            "f64[] f64[4,2]",
            "expects operands of the scan [f64[], f64[3,2]], got [f64[], f64[4,2]]"),
        new Violation(
            "custom_jvp_c1_operands_differ",
            new CustomJvp(identity("f64[]"), identity("f64[] f64[]")),
            "f32[]",
            "expects inputs of the body [f64[]], got [f32[]]"),
        new Violation(
            "custom_jvp_c2_inputs_of_jvp",
            new CustomJvp(identity("f64[]"), identity("f64[]")),
            "f64[]",
            "expects inputs with tangents [f64[], f64[]], got [f64[]]"),
        new Violation(
            "custom_jvp_c3_outputs_of_jvp",
            new CustomJvp(identity("f64[]"), returning("f64[] f64[]", "f64[]")),
            "f64[]",
            "expects outputs with tangents [f64[], f64[]], got [f64[]]"),
        new Violation(
            "custom_vjp_c1_operands_differ",
            new CustomVjp(identity("f64[]"), identity("f64[]"), identity("f64[]")),
            "f32[]",
            "expects inputs of the body [f64[]], got [f32[]]"),
        new Violation(
            "custom_vjp_c2_inputs_of_forward",
            new CustomVjp(identity("f64[]"), identity("f32[]"), identity("f64[]")),
            "f64[]",
            "expects inputs of the body [f64[]], got [f32[]]"),
        new Violation(
            "custom_vjp_c2_outputs_of_forward",
            new CustomVjp(identity("f64[]"), returning("f64[]", ""), identity("f64[]")),
            "f64[]",
            "expects outputs of the body [f64[]], got []"));
  }

  private static Stream<Violation> part4() {
    return Stream.of(
        new Violation(
            "custom_vjp_c3_inputs_of_backward",
            new CustomVjp(identity("f64[]"), returning("f64[]", "f64[] i32[]"), identity("f64[]")),
            "f64[]",
            "expects residuals and cotangents [i32[], f64[]], got [f64[]]"),
        new Violation(
            "custom_vjp_c4_outputs_of_backward",
            new CustomVjp(identity("f64[]"), identity("f64[]"), returning("f64[]", "")),
            "f64[]",
            "expects cotangents of the inputs [f64[]], got []"));
  }
}
