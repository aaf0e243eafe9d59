package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Extremes, means and norms of windows, and of whole channels.
final class PoolingOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.several("MaxPool", 1, PoolingOperators::maxPool),
          Operator.single("AveragePool", 1, PoolingOperators::averagePool),
          Operator.single("LpPool", 1, PoolingOperators::lpPool),
          Operator.single("MaxUnpool", 9, PoolingOperators::maxUnpool).steering(1, 2),
          Operator.single("GlobalMaxPool", 1, n -> n.value(0).maxKeepDims(spatial(n))),
          Operator.single("GlobalAveragePool", 1, n -> n.value(0).meanKeepDims(spatial(n))),
          Operator.single("GlobalLpPool", 1, PoolingOperators::globalLpPool));

  private PoolingOperators() {}

  private static int[] spatial(Node node) {
    Value x = node.value(0);
    Sliding.spatial(node, x);
    return IntStream.range(2, x.rank()).toArray();
  }

  private static Sliding sliding(Node node) {
    return Sliding.of(node, Sliding.spatial(node, node.value(0)), Sliding.kernelAttribute(node));
  }

  private static List<Value> maxPool(Node node) {
    Value x = node.value(0);
    Sliding s = sliding(node);
    Value max = Value.emit(new WindowExtremum(Extremum.MAX, s.window()), x);
    if (node.outputCount() < 2) {
      return List.of(max);
    }
    return List.of(max, indices(node, x, s));
  }

  /// Where in the whole operand the first largest element of every window is.
  private static Value indices(Node node, Value x, Sliding s) {
    boolean columnMajor = node.attributes().integer("storage_order", 0) == 1;
    Tensor places = places(x.shape(), columnMajor);
    double lowest = x.dtype().isFloating() ? Double.NEGATIVE_INFINITY : lowest(x.dtype());
    Value taps = patches(x, s, lowest);
    Value ids = patches(node.constant(places), s, -1);
    Value first = taps.argmax(-1).expandDims(-1);
    return ids.takeAlongAxis(first, -1).squeeze(-1);
  }

  private static double lowest(DType dtype) {
    return dtype == DType.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
  }

  private static Tensor places(Shape shape, boolean columnMajor) {
    Tensor places = Tensor.zeros(DType.I64, shape);
    long[] strides = shape.strides();
    long spatial = shape.subShape(2, shape.rank()).size();
    for (long i = 0; i < places.size(); i++) {
      long place = i;
      if (columnMajor) {
        place = i / spatial * spatial;
        long step = 1;
        for (int axis = 2; axis < shape.rank(); axis++) {
          place += i / strides[axis] % shape.dim(axis) * step;
          step *= shape.dim(axis);
        }
      }
      places.setLong(i, place);
    }
    return places;
  }

  /// The elements of every window along a new last axis.
  private static Value patches(Value x, Sliding s, double border) {
    Value padded = x.pad(all(s.lo(), 0), all(s.after(), 0), border);
    List<Long> strides = all(s.strides(), 1);
    List<Value> taps = new ArrayList<>();
    long count = s.kernel().stream().reduce(1L, Math::multiplyExact);
    for (long tap = 0; tap < count; tap++) {
      List<Long> start = new ArrayList<>(List.of(0L, 0L));
      List<Long> limit = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
      long rest = tap;
      for (int k = s.kernel().size() - 1; k >= 0; k--) {
        long kernel = s.kernel().get(k);
        long from = rest % kernel * s.dilations().get(k);
        long extent = Window.dilated(kernel, s.dilations().get(k));
        start.add(2, from);
        limit.add(2, padded.dim(2 + k) - extent + 1 + from);
        rest /= kernel;
      }
      taps.add(Value.emit(new Slice(start, limit, strides), padded));
    }
    return Functions.stack(-1, taps);
  }

  private static List<Long> all(List<Long> spatial, long other) {
    List<Long> all = new ArrayList<>(List.of(other, other));
    all.addAll(spatial);
    return all;
  }

  private static Value averagePool(Node node) {
    Value x = node.value(0);
    Sliding s = sliding(node);
    Value sum = Value.emit(new WindowSum(s.window()), x);
    boolean countPadding = node.attributes().flag("count_include_pad", false);
    Tensor ones = Tensor.fill(x.dtype(), x.shape().with(0, 1).with(1, 1), 1);
    Value counted = node.constant(ones);
    List<Long> none = Collections.nCopies(s.kernel().size(), 0L);
    Value counts =
        countPadding
            ? Value.emit(
                new WindowSum(s.window(none, s.reach())),
                counted.pad(all(s.lo(), 0), all(s.hi(), 0), 1))
            : Value.emit(new WindowSum(s.window()), counted);
    return sum.div(counts);
  }

  private static Value lpPool(Node node) {
    double p = node.attributes().integer("p", 2);
    Value powers = power(node.value(0), p);
    return root(Value.emit(new WindowSum(sliding(node).window()), powers), p);
  }

  private static Value globalLpPool(Node node) {
    double p = node.attributes().integer("p", 2);
    return root(power(node.value(0), p).sumKeepDims(spatial(node)), p);
  }

  private static Value power(Value x, double p) {
    return p == 2 ? x.square() : x.abs().pow(p);
  }

  /// The `p`-th root, with derivative 0 at 0.
  private static Value root(Value sum, double p) {
    Value zero = sum.eq(0);
    Value safe = zero.where(1, sum);
    return zero.where(0, p == 2 ? safe.sqrt() : safe.pow(1 / p));
  }

  private static Value maxUnpool(Node node) {
    Value x = node.value(0);
    List<Long> kernel = Sliding.kernelAttribute(node);
    Sliding s = Sliding.of(node, Sliding.spatial(node, x), kernel);
    List<Long> inferred = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
    for (int k = 0; k < kernel.size(); k++) {
      inferred.add(
          (x.dim(2 + k) - 1) * s.strides().get(k) - s.lo().get(k) - s.hi().get(k) + kernel.get(k));
    }
    Shape shape = Shape.of(inferred);
    Value ids = node.value(1).flatten();
    Value y = lastWins(x.flatten(), ids, shape.size()).reshape(shape);
    if (node.optionalInput(2).isEmpty()) {
      return y;
    }
    List<Long> wanted = node.input(2).longs();
    List<Long> hi = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      hi.add(wanted.get(axis) - shape.dim(axis));
    }
    return y.pad(Collections.nCopies(shape.rank(), 0L), hi, 0);
  }

  /// `y[ids[i]] = x[i]`, 0 elsewhere; of several with one id the last.
  private static Value lastWins(Value x, Value ids, long size) {
    Value order = ids.argsort(0);
    Value sorted = ids.gather(order, 0);
    long n = x.size();
    Value end = ids.full(ids.dtype(), Shape.of(1), -1);
    Value next = Functions.concatenate(0, sorted.slice(0, 1, n), end);
    Value kept = sorted.ne(next).where(x.gather(order, 0), 0);
    return kept.segmentSum(sorted, 0, size);
  }
}
