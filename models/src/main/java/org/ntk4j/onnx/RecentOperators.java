package org.ntk4j.onnx;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Operators that came after opset 23.
final class RecentOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.single("CumProd", 26, RecentOperators::cumProd).steering(1),
          Operator.single("SwiGLU", 28, RecentOperators::swiglu),
          Operator.single("TensorScatter", 24, RecentOperators::tensorScatter).steering(2));

  private RecentOperators() {}

  private static Value cumProd(Node node) {
    Value x = node.value(0);
    int axis = node.axis(node.input(1).integer(), x.rank());
    boolean reverse = node.attributes().flag("reverse", false);
    Value products = x.cumprod(axis, reverse);
    if (!node.attributes().flag("exclusive", false)) {
      return products;
    }
    long size = x.dim(axis);
    Value one = x.full(x.dtype(), x.shape().with(axis, 1), 1);
    return reverse
        ? Functions.concatenate(axis, products.slice(axis, 1, size), one)
        : Functions.concatenate(axis, one, products.slice(axis, 0, size - 1));
  }

  private static Value swiglu(Node node) {
    Value a = node.value(0);
    double alpha = node.attributes().number("alpha", 1);
    return a.mul(a.mul(alpha).logistic()).mul(node.value(1));
  }

  /// A cache with consecutive rows along an axis replaced, from a place for each example on.
  private static Value tensorScatter(Node node) {
    Value cache = node.value(0);
    Value update = node.value(1);
    int axis = node.axis(node.attributes().integer("axis", -2), cache.rank());
    boolean circular = node.attributes().text("mode", "linear").equals("circular");
    if (axis == 0) {
      throw node.error("axis 0 holds the examples");
    }
    long examples = cache.dim(0);
    long length = cache.dim(axis);
    Value start =
        node.optionalValue(2)
            .map(w -> w.cast(DType.I64))
            .orElseGet(() -> cache.full(DType.I64, Shape.of(examples), 0));
    Value places = cache.iota(DType.I64, Shape.of(examples, length), 1).sub(start.expandDims(-1));
    Value rows = circular ? places.lt(0).where(places.add((double) length), places) : places;
    Value replaced = rows.ge(0).and(rows.lt((double) update.dim(axis)));
    Value old = cache.moveAxis(axis, 1);
    Value read = Value.emit(new Gather(1, 1), update.moveAxis(axis, 1), rows);
    Value mask = replaced.reshape(Shape.of(examples, length));
    Value wide = ConvolutionOperators.channels(mask, old.rank() - 2);
    return wide.where(read, old).moveAxis(1, axis);
  }
}
