package org.ntk4j.ir.nest;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.StepFn;

/// Scalar functions in a back end's language, with the reference evaluator's meaning. Operands are
/// names or constants.
public interface ScalarText {
  /// The function that `op` is.
  String elementwise(Elementwise op, DType dtype, List<String> x);

  /// `x + y`.
  String add(DType dtype, String x, String y);

  /// `x - y`.
  String sub(DType dtype, String x, String y);

  /// `x · y`.
  String mul(DType dtype, String x, String y);

  /// `-x`.
  String neg(DType dtype, String x);

  /// `x` where `condition` holds, else `y`.
  String select(DType dtype, String condition, String x, String y);

  /// `x` as a number or truth value of another dtype.
  String convert(DType from, DType to, String x);

  /// Whether `x` and `y` compare like this.
  ///
  /// @param dtype of `x` and `y`
  String compare(Comparison kind, DType dtype, String x, String y);

  /// A function of truth values or bits.
  String logic(LogicFn fn, DType dtype, List<String> x);

  /// A function that is constant between jumps.
  String step(StepFn fn, DType dtype, String x);

  /// Whether `x` is such a number.
  ///
  /// @param dtype of `x`
  String classify(FloatClass kind, DType dtype, String x);

  /// Random bits `counter` of `key`, an `i64`.
  ///
  /// @param to `i32` or `i64`
  /// @param from dtype of `counter`
  String randomBits(DType to, String key, DType from, String counter);
}
