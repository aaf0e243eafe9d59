package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.trace.Value;

/// Parts of tensors, borders, and elements in another order.
final class MovementOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.single("CenterCropPad", 18, MovementOperators::centerCropPad),
          Operator.single("DepthToSpace", 1, MovementOperators::depthToSpace),
          Operator.single("Pad", 2, MovementOperators::pad).steering(1, 2, 3),
          Operator.single("ReverseSequence", 10, MovementOperators::reverseSequence),
          Operator.single("Slice", 1, MovementOperators::slice),
          Operator.single("SpaceToDepth", 1, MovementOperators::spaceToDepth));

  private MovementOperators() {}

  private static Value slice(Node node) {
    Value x = node.value(0);
    List<Long> starts = list(node, 1, "starts").orElseThrow(() -> node.error("has no starts"));
    List<Long> ends = list(node, 2, "ends").orElseThrow(() -> node.error("has no ends"));
    List<Long> axes =
        list(node, 3, "axes").orElseGet(() -> LongStream.range(0, starts.size()).boxed().toList());
    List<Long> steps =
        node.optionalInput(4)
            .map(Operand::longs)
            .orElseGet(() -> Collections.nCopies(starts.size(), 1L));
    if (ends.size() != starts.size()
        || axes.size() != starts.size()
        || steps.size() != starts.size()) {
      throw node.error(
          "has %d starts, %d ends, %d axes and %d steps; expected as many of each"
              .formatted(starts.size(), ends.size(), axes.size(), steps.size()));
    }
    Value part = x;
    for (int i = 0; i < starts.size(); i++) {
      part =
          slice(
              node,
              part,
              node.axis(axes.get(i), x.rank()),
              starts.get(i),
              ends.get(i),
              steps.get(i));
    }
    return part;
  }

  private static Optional<List<Long>> list(Node node, int input, String attribute) {
    return node.optionalInput(input)
        .map(Operand::longs)
        .or(() -> node.attributes().integers(attribute));
  }

  private static Value slice(Node node, Value x, int axis, long start, long end, long step) {
    long size = x.dim(axis);
    if (step == 0 || step == Long.MIN_VALUE) {
      throw node.error("has a step of " + step);
    }
    if (step > 0) {
      long from = Math.clamp(start < 0 ? start + size : start, 0, size);
      long to = Math.clamp(end < 0 ? end + size : end, from, size);
      return part(x, axis, from, to, step);
    }
    // Backwards from `from` to above `to` is forwards in the reversed axis.
    long from = Math.clamp(start < 0 ? start + size : start, -1, size - 1);
    long to = Math.clamp(end < 0 ? end + size : end, -1, Math.max(from, -1));
    return part(x.reverse(axis), axis, size - 1 - from, size - 1 - to, -step);
  }

  private static Value part(Value x, int axis, long from, long to, long step) {
    return x.slice(axis, from, to, Math.min(step, Math.max(1, x.dim(axis))));
  }

  private static Value pad(Node node) {
    Value x = node.value(0);
    List<Long> pads = list(node, 1, "pads").orElseThrow(() -> node.error("has no pads"));
    List<Integer> axes =
        node.optionalInput(3)
            .map(a -> node.axes(a.longs(), x.rank()))
            .orElseGet(() -> IntStream.range(0, x.rank()).boxed().toList());
    if (pads.size() != 2 * axes.size()) {
      throw node.error("has %d pads for %d axes".formatted(pads.size(), axes.size()));
    }
    List<Long> lo = new ArrayList<>(Collections.nCopies(x.rank(), 0L));
    List<Long> hi = new ArrayList<>(lo);
    for (int i = 0; i < axes.size(); i++) {
      lo.set(axes.get(i), pads.get(i));
      hi.set(axes.get(i), pads.get(i + axes.size()));
    }
    String mode = node.attributes().text("mode", "constant");
    if (mode.equals("constant")) {
      Value fill =
          node.optionalValue(2)
              .map(v -> v.reshape(Shape.SCALAR))
              .orElseGet(
                  () -> node.full(x.dtype(), Shape.SCALAR, node.attributes().number("value", 0)));
      return Value.emit(new Pad(lo, hi, Collections.nCopies(x.rank(), 0L)), x, fill);
    }
    Value padded = x;
    for (int axis = 0; axis < x.rank(); axis++) {
      if (lo.get(axis) != 0 || hi.get(axis) != 0) {
        long[] ids = border(node, mode, x.dim(axis), lo.get(axis), hi.get(axis));
        padded = padded.gather(node.constant(Tensor.of(ids, ids.length)), axis);
      }
    }
    return padded;
  }

  /// Where the elements of a padded axis come from.
  private static long[] border(Node node, String mode, long size, long lo, long hi) {
    long length = Math.max(0, size + lo + hi);
    if (length > 0 && size == 0) {
      throw node.error("extends an axis without elements in mode " + mode);
    }
    long[] ids = new long[Math.toIntExact(length)];
    for (int i = 0; i < ids.length; i++) {
      long at = i - lo;
      ids[i] =
          switch (mode) {
            case "edge" -> Math.clamp(at, 0, size - 1);
            case "reflect" -> reflected(at, size);
            case "wrap" -> Math.floorMod(at, size);
            default ->
                throw node.error(
                    "has mode '" + mode + "'; expected constant, edge, reflect or wrap");
          };
    }
    return ids;
  }

  private static long reflected(long at, long size) {
    if (size == 1) {
      return 0;
    }
    long period = 2 * (size - 1);
    long phase = Math.floorMod(at, period);
    return phase < size ? phase : period - phase;
  }

  private static Value centerCropPad(Node node) {
    Value x = node.value(0);
    List<Long> sizes = node.input(1).longs();
    List<Integer> axes =
        node.attributes()
            .integers("axes")
            .map(a -> node.axes(a, x.rank()))
            .orElseGet(() -> IntStream.range(0, x.rank()).boxed().toList());
    if (sizes.size() != axes.size()) {
      throw node.error("has %d sizes for %d axes".formatted(sizes.size(), axes.size()));
    }
    List<Long> lo = new ArrayList<>(Collections.nCopies(x.rank(), 0L));
    List<Long> hi = new ArrayList<>(lo);
    for (int i = 0; i < axes.size(); i++) {
      long more = sizes.get(i) - x.dim(axes.get(i));
      // What is odd goes to the end, of what is cut as of what is added.
      long before = more >= 0 ? more / 2 : -(-more / 2);
      lo.set(axes.get(i), before);
      hi.set(axes.get(i), more - before);
    }
    return x.pad(lo, hi, 0);
  }

  private static long block(Node node, Value x) {
    long block = node.attributes().required("blocksize", node.attributes().integer("blocksize"));
    if (block < 1 || x.rank() != 4) {
      throw node.error(
          "has blocksize %d for %s; expected at least 1 and four axes".formatted(block, x.aval()));
    }
    return block;
  }

  private static Value depthToSpace(Node node) {
    Value x = node.value(0);
    long b = block(node, x);
    long n = x.dim(0);
    long c = x.dim(1) / (b * b);
    long h = x.dim(2);
    long w = x.dim(3);
    boolean crd = node.attributes().text("mode", "DCR").equals("CRD");
    Value apart =
        crd
            ? x.reshape(Shape.of(n, c, b, b, h, w)).transpose(0, 1, 4, 2, 5, 3)
            : x.reshape(Shape.of(n, b, b, c, h, w)).transpose(0, 3, 4, 1, 5, 2);
    return apart.reshape(Shape.of(n, c, h * b, w * b));
  }

  private static Value spaceToDepth(Node node) {
    Value x = node.value(0);
    long b = block(node, x);
    long n = x.dim(0);
    long c = x.dim(1);
    long h = x.dim(2) / b;
    long w = x.dim(3) / b;
    Value blocks = x.reshape(Shape.of(n, c, h, b, w, b));
    boolean channelsFirst = node.attributes().text("mode", "DCR").equals("CRD");
    return (channelsFirst ? blocks.transpose(0, 1, 3, 5, 2, 4) : blocks.transpose(0, 3, 5, 1, 2, 4))
        .reshape(Shape.of(n, c * b * b, h, w));
  }

  private static Value reverseSequence(Node node) {
    Value x = node.value(0);
    int time = node.axis(node.attributes().integer("time_axis", 0), x.rank());
    int batch = node.axis(node.attributes().integer("batch_axis", 1), x.rank());
    Value lengths = node.value(1).cast(DType.I64);
    long[] across = new long[x.rank()];
    Arrays.fill(across, 1);
    across[batch] = x.dim(batch);
    Value length = lengths.reshape(Shape.of(across)).broadcastTo(x.shape());
    Value t = x.iota(DType.I64, x.shape(), time);
    Value source = t.lt(length).where(length.sub(t).sub(1), t);
    return x.takeAlongAxis(source, time);
  }
}
