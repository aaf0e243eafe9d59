package org.ntk4j.ir.op;

import static org.ntk4j.ir.op.Violation.ints;
import static org.ntk4j.ir.op.Violation.longs;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Constraints of reductions, of windows and of running reductions.
final class ReductionConstraintTest {
  @TestFactory
  Stream<DynamicTest> every_constraint_is_checked() {
    return violations().map(Violation::test);
  }

  static Stream<Violation> violations() {
    return Stream.of(part1(), part2()).flatMap(part -> part);
  }

  private static Stream<Violation> part1() {
    return Stream.of(
        new Violation(
            "reduce_sum_c1_two_operands",
            new ReduceSum(ints(0)),
            "f64[2] f64[2]",
            "expects 1 operand, got 2"),
        new Violation(
            "reduce_sum_c2_boolean",
            new ReduceSum(ints(0)),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "reduce_sum_c3_axis_out_of_range",
            new ReduceSum(ints(2)),
            "f64[2,3]",
            "operand axis 2 is not an axis of rank 2"),
        new Violation(
            "reduce_sum_c3_axis_named_twice",
            new ReduceSum(ints(1, 1)),
            "f64[2,3]",
            "operand axes [1, 1] are not distinct"),
        new Violation(
            "reduce_prod_c1_no_operands", new ReduceProd(ints(0)), "", "expects 1 operand, got 0"),
        new Violation(
            "reduce_prod_c2_boolean",
            new ReduceProd(ints(0)),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "reduce_prod_c3_negative_axis",
            new ReduceProd(ints(-1)),
            "f64[2]",
            "operand axis -1 is not an axis of rank 1"),
        new Violation(
            "reduce_max_c1_no_operands",
            new ReduceExtremum(Extremum.MAX, ints(0)),
            "",
            "expects 1 operand, got 0"),
        new Violation(
            "reduce_min_c2_boolean",
            new ReduceExtremum(Extremum.MIN, ints(0)),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "reduce_max_c3_axis_out_of_range",
            new ReduceExtremum(Extremum.MAX, ints(0)),
            "f64[]",
            "operand axis 0 is not an axis of rank 0"),
        new Violation(
            "window_sum_c1_two_operands",
            new WindowSum(Window.of(longs(2))),
            "f64[2] f64[2]",
            "expects 1 operand, got 2"),
        new Violation(
            "window_sum_c2_boolean",
            new WindowSum(Window.of(longs(2))),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "window_sum_c3_one_entry_for_two_axes",
            new WindowSum(Window.of(longs(2))),
            "f64[2,2]",
            "size has length 1, expects 2"),
        new Violation(
            "window_sum_c4_size_zero",
            new WindowSum(Window.of(longs(0))),
            "f64[2]",
            "size [0] are not all at least 1"),
        new Violation(
            "window_max_c1_no_operands",
            new WindowExtremum(Extremum.MAX, Window.of(longs(2))),
            "",
            "expects 1 operand, got 0"),
        new Violation(
            "window_max_c2_boolean",
            new WindowExtremum(Extremum.MAX, Window.of(longs(2))),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "window_max_c3_strides_for_two_axes",
            new WindowExtremum(Extremum.MAX, Window.of(longs(2)).withStrides(longs(1, 1))),
            "f64[2]",
            "strides has length 2, expects 1"),
        new Violation(
            "window_max_c4_stride_zero",
            new WindowExtremum(Extremum.MAX, Window.of(longs(2)).withStrides(longs(0))),
            "f64[2]",
            "strides [0] are not all at least 1"),
        new Violation(
            "cumsum_c1_no_operands", new CumSum(0, false), "", "expects 1 operand, got 0"),
        new Violation(
            "cumsum_c2_boolean",
            new CumSum(0, false),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "cumsum_c3_axis_out_of_range",
            new CumSum(1, false),
            "f64[2]",
            "axis 1 is not an axis of rank 1"),
        new Violation(
            "cumprod_c1_no_operands", new CumProd(0, false), "", "expects 1 operand, got 0"));
  }

  private static Stream<Violation> part2() {
    return Stream.of(
        new Violation(
            "cumprod_c2_boolean",
            new CumProd(0, false),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "cumprod_c3_negative_axis",
            new CumProd(-1, false),
            "f64[2]",
            "axis -1 is not an axis of rank 1"),
        new Violation(
            "cummax_c1_no_operands",
            new CumExtremum(Extremum.MAX, 0, false),
            "",
            "expects 1 operand, got 0"),
        new Violation(
            "cummin_c2_boolean",
            new CumExtremum(Extremum.MIN, 0, false),
            "bool[2]",
            "expects a numeric dtype, got bool"),
        new Violation(
            "cummax_c3_scalar",
            new CumExtremum(Extremum.MAX, 0, false),
            "f64[]",
            "axis 0 is not an axis of rank 0"));
  }
}
