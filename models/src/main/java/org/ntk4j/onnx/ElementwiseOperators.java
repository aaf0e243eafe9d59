package org.ntk4j.onnx;

import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Arithmetic and elementary functions of each element.
final class ElementwiseOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.unary("Abs", 6, Value::abs),
          Operator.unary("Acos", 7, Value::acos),
          Operator.unary("Acosh", 9, Value::acosh),
          Operator.binary("Add", 7, Value::add),
          Operator.unary("Asin", 7, Value::asin),
          Operator.unary("Asinh", 9, Value::asinh),
          Operator.unary("Atan", 7, Value::atan),
          Operator.unary("Atanh", 9, Value::atanh),
          Operator.unary("Ceil", 6, onFloats(Value::ceil)),
          Operator.single("Clip", 6, ElementwiseOperators::clipByAttributes),
          Operator.single("Clip", 11, ElementwiseOperators::clip).steering(1, 2),
          Operator.unary("Cos", 7, Value::cos),
          Operator.unary("Cosh", 9, Value::cosh),
          Operator.binary("Div", 7, Value::div),
          Operator.unary("Erf", 9, Value::erf),
          Operator.unary("Exp", 6, Value::exp),
          Operator.unary("Floor", 6, onFloats(Value::floor)),
          Operator.unary("Log", 6, Value::log),
          Operator.single("Max", 6, node -> extremum(node, Value::maximum, Value::max)),
          Operator.single("Mean", 6, node -> sum(node).mul(1.0 / node.inputCount())),
          Operator.single("Min", 6, node -> extremum(node, Value::minimum, Value::min)),
          Operator.single("Mod", 10, ElementwiseOperators::mod),
          Operator.binary("Mul", 7, Value::mul),
          Operator.unary("Neg", 6, Value::neg),
          Operator.single("Pow", 7, ElementwiseOperators::pow),
          Operator.unary("Reciprocal", 6, Value::reciprocal),
          Operator.unary("Round", 11, onFloats(Value::round)),
          Operator.unary("Sign", 9, Value::sign),
          Operator.unary("Sin", 7, Value::sin),
          Operator.unary("Sinh", 9, Value::sinh),
          Operator.unary("Sqrt", 6, Value::sqrt),
          Operator.binary("Sub", 7, Value::sub),
          Operator.single("Sum", 6, ElementwiseOperators::sum),
          Operator.unary("Tan", 7, Value::tan),
          Operator.unary("Tanh", 6, Value::tanh));

  private ElementwiseOperators() {}

  private static UnaryOperator<Value> onFloats(UnaryOperator<Value> fn) {
    return x -> x.dtype().isFloating() ? fn.apply(x) : x;
  }

  private static Value clipByAttributes(Node node) {
    Value x = node.value(0);
    Optional<Double> lo = node.attributes().number("min");
    Optional<Double> hi = node.attributes().number("max");
    Value low = lo.isPresent() ? x.lt(lo.get()).where(lo.get(), x) : x;
    return hi.isPresent() ? low.gt(hi.get()).where(hi.get(), low) : low;
  }

  private static Value clip(Node node) {
    Value x = node.value(0);
    Optional<Value> lo = node.optionalValue(1).map(v -> scalar(node, v));
    Optional<Value> hi = node.optionalValue(2).map(v -> scalar(node, v));
    Value low = lo.map(bound -> x.lt(bound).where(bound, x)).orElse(x);
    return hi.map(bound -> low.gt(bound).where(bound, low)).orElse(low);
  }

  private static Value scalar(Node node, Value bound) {
    if (bound.size() != 1) {
      throw node.error("a bound is " + bound.aval() + "; expected a scalar");
    }
    return bound.reshape(Shape.SCALAR);
  }

  /// Several operands tie evenly only if they are compared at once.
  private static Value extremum(Node node, BinaryOperator<Value> pair, ReduceAxis reduce) {
    List<Value> all = node.values();
    if (all.isEmpty()) {
      throw node.error("has no inputs; expected at least one");
    }
    if (all.size() < 3) {
      return all.stream().reduce(pair).orElseThrow();
    }
    Shape common = all.stream().reduce(pair).orElseThrow().shape();
    return reduce.apply(
        Functions.stack(0, all.stream().map(v -> v.broadcastTo(common)).toList()), 0);
  }

  /// A reduction over axes.
  private interface ReduceAxis {
    Value apply(Value x, int... axes);
  }

  private static Value sum(Node node) {
    return node.values().stream()
        .reduce(Value::add)
        .orElseThrow(() -> node.error("has no inputs; expected at least one"));
  }

  private static Value mod(Node node) {
    Value y = node.value(1);
    Value r = node.value(0).rem(y);
    if (node.attributes().flag("fmod", false)) {
      return r;
    }
    // The remainder has the sign of x; wanted is that of y.
    Value differs = r.lt(0).xor(y.lt(0)).and(r.ne(0));
    return differs.where(r.add(y), r);
  }

  private static Value pow(Node node) {
    Value x = node.value(0);
    Optional<Double> exponent = node.input(1).known().flatMap(ElementwiseOperators::uniform);
    if (exponent.isPresent()) {
      double e = exponent.get();
      if (x.dtype().isFloating() || (e == (int) e && e >= 0)) {
        return broadcast(x.pow(e), node.input(1));
      }
    }
    Value y = node.value(1);
    DType common = x.dtype().isFloating() ? x.dtype() : DType.F64;
    return x.cast(common).pow(y.cast(common)).cast(x.dtype());
  }

  private static Value broadcast(Value x, Operand like) {
    return like.rank() == 0 ? x : x.broadcastTo(common(x.shape(), like.shape()));
  }

  /// The shape to which both broadcast; one that fits neither is found out by what uses it.
  static Shape common(Shape x, Shape y) {
    int rank = Math.max(x.rank(), y.rank());
    long[] dims = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long a = i <= x.rank() ? x.dim(x.rank() - i) : 1;
      long b = i <= y.rank() ? y.dim(y.rank() - i) : 1;
      dims[rank - i] = a == 1 ? b : a;
    }
    return Shape.of(dims);
  }

  private static Optional<Double> uniform(Tensor x) {
    if (x.size() == 0) {
      return Optional.empty();
    }
    double first = x.getDouble(0);
    for (long i = 1; i < x.size(); i++) {
      if (x.getDouble(i) != first) {
        return Optional.empty();
      }
    }
    return Optional.of(first);
  }
}
