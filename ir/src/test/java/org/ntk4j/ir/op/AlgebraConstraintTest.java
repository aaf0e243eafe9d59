package org.ntk4j.ir.op;

import static org.ntk4j.ir.op.Violation.ints;
import static org.ntk4j.ir.op.Violation.longs;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Constraints of elementwise primitives, sums, products, contractions and convolutions.
final class AlgebraConstraintTest {
  private static final Conv CONV = Conv.of(ConvDims.channelsLast(2));

  private static Contract contract(int lhs, int rhs) {
    return new Contract(ints(), ints(), ints(lhs), ints(rhs));
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
        new Violation("add_c1_one_operand", new Add(), "f64[2]", "expects 2 operands, got 1"),
        new Violation(
            "add_c1_shapes_differ", new Add(), "f64[2] f64[3]", "avals differ: f64[2] and f64[3]"),
        new Violation(
            "add_c1_dtypes_differ", new Add(), "f64[2] f32[2]", "avals differ: f64[2] and f32[2]"),
        new Violation(
            "add_c2_booleans", new Add(), "bool[2] bool[2]", "expects a numeric dtype, got bool"),
        new Violation(
            "sub_c1_shapes_differ", new Sub(), "f64[1] f64[2]", "avals differ: f64[1] and f64[2]"),
        new Violation(
            "sub_c2_booleans", new Sub(), "bool[] bool[]", "expects a numeric dtype, got bool"),
        new Violation(
            "mul_c1_shapes_differ",
            new Mul(),
            "f64[2] f64[2,1]",
            "avals differ: f64[2] and f64[2,1]"),
        new Violation(
            "mul_c2_booleans", new Mul(), "bool[] bool[]", "expects a numeric dtype, got bool"),
        new Violation(
            "neg_c1_two_operands", new Neg(), "f64[2] f64[2]", "expects 1 operand, got 2"),
        new Violation("neg_c2_boolean", new Neg(), "bool[2]", "expects a numeric dtype, got bool"),
        new Violation("exp_c1_no_operands", new Unary(UnaryFn.EXP), "", "expects 1 operand, got 0"),
        new Violation(
            "exp_c2_integer",
            new Unary(UnaryFn.EXP),
            "i32[2]",
            "expects a floating-point dtype, got i32"),
        new Violation(
            "abs_c2_boolean",
            new Unary(UnaryFn.ABS),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "pow_c1_shapes_differ",
            new Binary(BinaryFn.POW),
            "f64[2] f64[]",
            "avals differ: f64[2] and f64[]"),
        new Violation(
            "max_c2_booleans",
            new Binary(BinaryFn.MAX),
            "bool[2] bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "atan2_c2_integers",
            new Binary(BinaryFn.ATAN2),
            "i64[2] i64[2]",
            "expects a floating-point dtype, got i64"),
        new Violation(
            "integer_pow_c1_two_operands",
            new IntegerPow(2),
            "f64[] f64[]",
            "expects 1 operand, got 2"),
        new Violation(
            "integer_pow_c2_negative_of_integer",
            new IntegerPow(-1),
            "i64[3]",
            "exponent -1 needs a floating-point dtype, got i64"),
        new Violation(
            "integer_pow_c2_boolean",
            new IntegerPow(2),
            "bool[3]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "contract_c1_three_operands",
            contract(0, 0),
            "f64[1] f64[1] f64[1]",
            "expects 2 operands, got 3"),
        new Violation(
            "contract_c1_dtypes_differ",
            contract(0, 0),
            "f64[1] f32[1]",
            "expects two operands of one numeric dtype, got f64 and f32"),
        new Violation(
            "contract_c1_booleans",
            contract(0, 0),
            "bool[1] bool[1]",
            "expects two operands of one numeric dtype, got bool and bool"));
  }

  private static Stream<Violation> part2() {
    return Stream.of(
        new Violation(
            "contract_c2_sizes_differ",
            contract(1, 0),
            "f64[32,10] f64[12,4]",
            "contracted sizes differ: lhs axis 1 has size 10, rhs axis 0 has size 12"),
        new Violation(
            "contract_c3_sizes_differ",
            new Contract(ints(0), ints(0), ints(), ints()),
            "f64[2,3] f64[4,3]",
            "batch sizes differ: lhs axis 0 has size 2, rhs axis 0 has size 4"),
        new Violation(
            "contract_c4_axis_out_of_range",
            contract(2, 0),
            "f64[2,3] f64[3]",
            "lhs axis 2 is not an axis of rank 2"),
        new Violation(
            "contract_c4_negative_axis",
            contract(0, -1),
            "f64[3] f64[3]",
            "rhs axis -1 is not an axis of rank 1"),
        new Violation(
            "contract_c4_axis_named_twice",
            new Contract(ints(0), ints(0), ints(0), ints(1)),
            "f64[2,2] f64[2,2]",
            "lhs axes [0, 0] are not distinct"),
        new Violation(
            "contract_c5_more_contracted_axes_of_lhs",
            new Contract(ints(), ints(), ints(0, 1), ints(0)),
            "f64[2,2] f64[2]",
            "lhs has 2 contracted axes, rhs has 1"),
        new Violation(
            "contract_c5_more_batch_axes_of_rhs",
            new Contract(ints(), ints(0), ints(), ints()),
            "f64[2] f64[2]",
            "lhs has 0 batch axes, rhs has 1"),
        new Violation("conv_c1_one_operand", CONV, "f64[1,5,5,2]", "expects 2 operands, got 1"),
        new Violation(
            "conv_c1_dtypes_differ",
            CONV,
            "f64[1,5,5,2] f32[3,3,2,4]",
            "expects two operands of one numeric dtype, got f64 and f32"),
        new Violation(
            "conv_c2_four_spatial_dimensions",
            Conv.of(ConvDims.channelsLast(4)),
            "f64[1,5,5,5,5,2] f64[3,3,3,3,2,4]",
            "4 spatial dimensions, at most 3 are supported"),
        new Violation(
            "conv_c2_rank_of_x",
            CONV,
            "f64[5,5,2] f64[3,3,2,4]",
            "axes [0, 3, 1, 2] of x are not a permutation of the axes of rank 3"),
        new Violation(
            "conv_c2_rank_of_w",
            CONV,
            "f64[1,5,5,2] f64[3,2,4]",
            "axes [2, 3, 0, 1] of w are not a permutation of the axes of rank 3"),
        new Violation(
            "conv_c2_axis_named_twice",
            Conv.of(new ConvDims(0, 0, ints(1), 0, 1, ints(2), 0, 1, ints(2))),
            "f64[1,2,5] f64[2,4,3]",
            "axes [0, 0, 1] of x are not a permutation of the axes of rank 3"),
        new Violation(
            "conv_c3_one_stride",
            CONV.withStrides(longs(1)),
            "f64[1,5,5,2] f64[3,3,2,4]",
            "strides has length 1, expects 2"),
        new Violation(
            "conv_c3_three_paddings",
            CONV.withPadding(longs(0, 0), longs(1, 1, 1)),
            "f64[1,5,5,2] f64[3,3,2,4]",
            "padHi has length 3, expects 2"),
        new Violation(
            "conv_c4_stride_zero",
            CONV.withStrides(longs(1, 0)),
            "f64[1,5,5,2] f64[3,3,2,4]",
            "strides [1, 0] are not all at least 1"),
        new Violation(
            "conv_c4_dilation_zero",
            CONV.withDilation(longs(1, 1), longs(0, 1)),
            "f64[1,5,5,2] f64[3,3,2,4]",
            "rhsDilation [0, 1] are not all at least 1"),
        new Violation(
            "conv_c5_both_groups",
            CONV.withGroups(2, 2),
            "f64[2,5,5,4] f64[3,3,2,4]",
            "featureGroups 2 and batchGroups 2 are not both at least 1 and one of them 1"),
        new Violation(
            "conv_c5_no_groups",
            CONV.withGroups(0, 1),
            "f64[1,5,5,2] f64[3,3,2,4]",
            "featureGroups 0 and batchGroups 1 are not both at least 1 and one of them 1"),
        new Violation(
            "conv_c6_features_differ",
            CONV,
            "f64[1,5,5,3] f64[3,3,2,4]",
            "x has 3 features, w has 2 input features times 1 groups"),
        new Violation(
            "conv_c6_features_of_groups",
            CONV.withGroups(2, 1),
            "f64[1,5,5,2] f64[3,3,2,4]",
            "x has 2 features, w has 2 input features times 2 groups"),
        new Violation(
            "conv_c7_output_features_not_divisible",
            CONV.withGroups(2, 1),
            "f64[1,5,5,4] f64[3,3,2,3]",
            "3 output features are not divisible by 2 groups"));
  }

  private static Stream<Violation> part3() {
    return Stream.of(
        new Violation(
            "conv_c8_batch_not_divisible",
            CONV.withGroups(1, 2),
            "f64[3,5,5,2] f64[3,3,2,4]",
            "batch 3 is not divisible by 2 groups"));
  }
}
