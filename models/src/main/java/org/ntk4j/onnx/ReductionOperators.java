package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Indexing;
import org.ntk4j.ir.trace.Value;

/// Sums and other reductions over axes, running sums, the softmax family, and sorting.
final class ReductionOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.single("ArgMax", 1, node -> argExtremum(node, true)),
          Operator.single("ArgMin", 1, node -> argExtremum(node, false)),
          Operator.single("CumSum", 11, ReductionOperators::cumSum),
          Operator.single("Hardmax", 1, node -> flattened(node, ReductionOperators::hardmax)),
          Operator.single("Hardmax", 13, node -> along(node, ReductionOperators::hardmax)),
          Operator.single("LogSoftmax", 1, node -> flattened(node, Functions::logSoftmax)),
          Operator.single("LogSoftmax", 13, node -> along(node, Functions::logSoftmax)),
          reduction("ReduceL1", (x, axes) -> x.abs().sum(axes)),
          reduction("ReduceL2", inFloats(Functions::norm)),
          reduction("ReduceLogSum", inFloats((x, axes) -> x.sum(axes).log())),
          reduction("ReduceLogSumExp", inFloats(Functions::logSumExp)),
          reduction("ReduceMax", inIntegers(Value::max)),
          reduction("ReduceMean", ReductionOperators::mean),
          reduction("ReduceMin", inIntegers(Value::min)),
          reduction("ReduceProd", Value::prod),
          reduction("ReduceSum", Value::sum),
          reduction("ReduceSumSquare", (x, axes) -> x.square().sum(axes)),
          Operator.single("Softmax", 1, node -> flattened(node, Functions::softmax)),
          Operator.single("Softmax", 13, node -> along(node, Functions::softmax)),
          Operator.several("TopK", 1, ReductionOperators::topK));

  /// A reduction over axes, which disappear.
  private interface Reduction {
    Value apply(Value x, int... axes);
  }

  private ReductionOperators() {}

  private static Operator reduction(String name, Reduction fn) {
    return Operator.single(name, 1, node -> reduce(node, fn));
  }

  /// Integers go through `f64` and are rounded toward zero, as converting a float does.
  private static Reduction inFloats(Reduction fn) {
    return (x, axes) ->
        x.dtype().isFloating()
            ? fn.apply(x, axes)
            : fn.apply(x.cast(DType.F64), axes).cast(x.dtype());
  }

  private static Reduction inIntegers(Reduction fn) {
    return (x, axes) ->
        x.dtype() == DType.BOOL ? fn.apply(x.cast(DType.I32), axes).gt(0) : fn.apply(x, axes);
  }

  private static Value mean(Value x, int... axes) {
    if (x.dtype().isFloating()) {
      return x.mean(axes);
    }
    Value sum = x.sum(axes);
    return sum.div(Math.max(1, x.size() / Math.max(1, sum.size())));
  }

  private static Value reduce(Node node, Reduction fn) {
    Value x = node.value(0);
    Optional<List<Integer>> given = ShapeOperators.axes(node, x.rank());
    boolean none = given.isEmpty() || given.get().isEmpty();
    boolean keep = node.attributes().flag("keepdims", true);
    if (none && node.attributes().flag("noop_with_empty_axes", false)) {
      // Nothing is summed, but the function of each element is applied.
      Value wide = x.expandDims(0);
      return fn.apply(wide, 0);
    }
    List<Integer> axes =
        none
            ? IntStream.range(0, x.rank()).boxed().toList()
            : given.get().stream().distinct().toList();
    Value reduced =
        axes.isEmpty()
            ? fn.apply(x.expandDims(0), 0)
            : fn.apply(x, axes.stream().mapToInt(a -> a).toArray());
    Shape kept = x.shape();
    for (int axis : axes) {
      kept = kept.with(axis, 1);
    }
    return keep ? reduced.reshape(kept) : reduced;
  }

  private static Value argExtremum(Node node, boolean largest) {
    Value x = node.value(0);
    int axis = node.axis(node.attributes().integer("axis", 0), x.rank());
    boolean last = node.attributes().flag("select_last_index", false);
    Value y = last ? x.reverse(axis) : x;
    Value index = (largest ? y.argmax(axis) : y.argmin(axis)).cast(DType.I64);
    Value found = last ? index.subFrom(x.dim(axis) - 1) : index;
    return node.attributes().flag("keepdims", true) ? found.expandDims(axis) : found;
  }

  private static Value cumSum(Node node) {
    Value x = node.value(0);
    int axis = node.axis(node.input(1).integer(), x.rank());
    boolean reverse = node.attributes().flag("reverse", false);
    Value sums = x.cumsum(axis, reverse);
    return node.attributes().flag("exclusive", false) ? sums.sub(x) : sums;
  }

  private static Value along(Node node, Reduction fn) {
    Value x = node.value(0);
    return fn.apply(x, node.axis(node.attributes().integer("axis", -1), x.rank()));
  }

  /// The meaning before opset 13: over all axes from `axis` on, as one.
  private static Value flattened(Node node, Reduction fn) {
    Value x = node.value(0);
    long given = node.attributes().integer("axis", 1);
    int axis = given == x.rank() ? x.rank() : node.axis(given, x.rank());
    long rows = x.shape().subShape(0, axis).size();
    long columns = x.shape().subShape(axis, x.rank()).size();
    return fn.apply(x.reshape(Shape.of(rows, columns)), 1).reshape(x.shape());
  }

  private static Value hardmax(Value x, int... axes) {
    int axis = axes[0];
    Value best = x.argmax(axis).expandDims(axis);
    return x.iota(DType.I32, x.shape(), axis).eq(best).cast(x.dtype());
  }

  private static List<Value> topK(Node node) {
    Value x = node.value(0);
    long k =
        node.optionalInput(1)
            .map(Operand::integer)
            .or(() -> node.attributes().integer("k"))
            .orElseThrow(() -> node.error("says not how many elements"));
    int axis = node.axis(node.attributes().integer("axis", -1), x.rank());
    if (k < 0 || k > x.dim(axis)) {
      throw node.error("takes %d elements of axis %d of %s".formatted(k, axis, x.aval()));
    }
    boolean largest = node.attributes().flag("largest", true);
    int last = x.rank() - 1;
    Value rows = x.moveAxis(axis, last);
    List<Value> found = new ArrayList<>();
    Indexing.Indexed sorted = largest ? rows.topK(k) : rows.sortWithIndices(last, false);
    for (Value v : List.of(sorted.values(), sorted.indices().cast(DType.I64))) {
      found.add(v.slice(last, 0, k).moveAxis(last, axis));
    }
    return found;
  }
}
