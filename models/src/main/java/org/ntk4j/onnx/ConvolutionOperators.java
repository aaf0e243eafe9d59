package org.ntk4j.onnx;

import static org.ntk4j.onnx.Sliding.array;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;

/// Convolutions over one to three spatial axes.
final class ConvolutionOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.single("Conv", 1, ConvolutionOperators::conv),
          Operator.single("ConvTranspose", 1, ConvolutionOperators::convTranspose),
          Operator.single("DeformConv", 19, ConvolutionOperators::deformConv),
          Operator.several("CausalConvWithState", 27, ConvolutionOperators::causalConv));

  private static final int SPATIAL_MAX = 3;

  private ConvolutionOperators() {}

  private static Value conv(Node node) {
    Value x = node.value(0);
    Value w = node.value(1);
    List<Long> sizes = sizes(node, x, w);
    Sliding s = Sliding.of(node, sizes, w.shape().dims().subList(2, w.rank()));
    Value y =
        x.conv(w)
            .channelsFirst()
            .strides(array(s.strides()))
            .dilations(array(s.dilations()))
            .padding(s.padding())
            .groups(node.attributes().integer("group", 1))
            .value();
    return biased(node, y, 2);
  }

  private static List<Long> sizes(Node node, Value x, Value w) {
    List<Long> sizes = Sliding.spatial(node, x);
    if (sizes.size() > SPATIAL_MAX || w.rank() != x.rank()) {
      throw node.error(
          "operand %s and kernel %s; expected equal ranks from 3 to 5"
              .formatted(x.aval(), w.aval()));
    }
    return sizes;
  }

  private static Value biased(Node node, Value y, int input) {
    return node.optionalValue(input).map(b -> y.add(channels(b, y.rank() - 2))).orElse(y);
  }

  /// A vector over channels as `[C, 1, ..]`.
  static Value channels(Value vector, int spatial) {
    List<Long> dims = new ArrayList<>(vector.shape().dims());
    dims.addAll(Collections.nCopies(spatial, 1L));
    return vector.reshape(Shape.of(dims));
  }

  private static Value convTranspose(Node node) {
    Value x = node.value(0);
    Value w = node.value(1);
    List<Long> sizes = sizes(node, x, w);
    int spatial = sizes.size();
    long groups = node.attributes().integer("group", 1);
    List<Long> ones = Collections.nCopies(spatial, 1L);
    List<Long> strides = Sliding.perAxis(node, "strides", ones, spatial);
    List<Long> dilations = Sliding.perAxis(node, "dilations", ones, spatial);
    List<Long> extents = new ArrayList<>();
    for (int k = 0; k < spatial; k++) {
      extents.add(Window.dilated(w.dim(2 + k), dilations.get(k)));
    }
    Value y =
        x.conv(flipped(node, w, groups))
            .channelsFirst()
            .transposed()
            .strides(array(strides))
            .dilations(array(dilations))
            .padding(transposedPadding(node, sizes, strides, extents))
            .groups(groups)
            .value();
    return biased(node, y, 2);
  }

  /// `[in, out / groups, spatial..]` as `[out, in / groups, spatial..]`, turned around.
  private static Value flipped(Node node, Value w, long groups) {
    if (groups < 1 || w.dim(0) % groups != 0) {
      throw node.error("%d input channels in %d groups".formatted(w.dim(0), groups));
    }
    Shape kernel = w.shape().subShape(2, w.rank());
    long in = w.dim(0) / groups;
    long out = w.dim(1);
    Value grouped = w.reshape(Shape.of(groups, in, out).concat(kernel)).swapAxes(1, 2);
    return grouped
        .reshape(Shape.of(groups * out, in).concat(kernel))
        .reverse(IntStream.range(2, w.rank()).toArray());
  }

  private static Padding transposedPadding(
      Node node, List<Long> sizes, List<Long> strides, List<Long> extents) {
    int spatial = sizes.size();
    List<Long> zeros = Collections.nCopies(spatial, 0L);
    List<Long> extra = node.attributes().integers("output_padding", zeros);
    List<Long> pads = node.attributes().integers("pads", Collections.nCopies(2 * spatial, 0L));
    String auto = node.attributes().text("auto_pad", "NOTSET");
    boolean same = auto.startsWith("SAME");
    boolean stated = node.attributes().has("output_shape");
    List<Long> wanted = node.attributes().integers("output_shape", zeros);
    if (extra.size() != spatial || pads.size() != 2 * spatial || wanted.size() < spatial) {
      throw node.error(
          "pads, output_padding or output_shape do not fit %d axes".formatted(spatial));
    }
    List<Long> lo = new ArrayList<>();
    List<Long> hi = new ArrayList<>();
    for (int k = 0; k < spatial; k++) {
      long stride = strides.get(k);
      long before = auto.equals("NOTSET") ? pads.get(k) : 0;
      long after = auto.equals("NOTSET") ? pads.get(spatial + k) : 0;
      if (stated || same) {
        long target = stated ? wanted.get(wanted.size() - spatial + k) : sizes.get(k) * stride;
        long total = stride * (sizes.get(k) - 1) + extra.get(k) + extents.get(k) - target;
        long less = Math.floorDiv(total, 2L);
        before = auto.equals("SAME_UPPER") ? less : total - less;
        after = total - before;
      }
      lo.add(extents.get(k) - 1 - before);
      hi.add(extents.get(k) - 1 - after + extra.get(k));
    }
    return Padding.of(lo, hi);
  }

  /// A depthwise convolution over the past and the present; the end of both is the next past.
  private static List<Value> causalConv(Node node) {
    Value x = node.value(0);
    Value w = node.value(1);
    long taps = w.dim(2);
    Shape before = Shape.of(x.dim(0), x.dim(1), taps - 1);
    Value past = node.optionalValue(3).orElseGet(() -> x.full(x.dtype(), before, 0));
    Value joined = Functions.concatenate(2, past, x);
    Value y = joined.conv(w).channelsFirst().groups(x.dim(1)).value();
    Value biased = biased(node, y, 2);
    String activation = node.attributes().text("activation", "none");
    Value out =
        switch (activation) {
          case "none" -> biased;
          case "silu", "swish" -> Functions.silu(biased);
          default -> throw node.error("activation is " + activation);
        };
    return List.of(out, joined.slice(2, joined.dim(2) - (taps - 1), joined.dim(2)));
  }

  /// A convolution whose taps read the operand, interpolated, at places moved by `offset`.
  private static Value deformConv(Node node) {
    Value x = node.value(0);
    Value w = node.value(1);
    Value offset = node.value(2);
    if (x.rank() != 4 || w.rank() != 4) {
      throw node.error("operand %s; two spatial axes are supported".formatted(x.aval()));
    }
    Sliding s = Sliding.of(node, Sliding.spatial(node, x), w.shape().dims().subList(2, 4));
    long n = x.dim(0);
    long channels = x.dim(1);
    long places = node.attributes().integer("offset_group", 1);
    long groups = node.attributes().integer("group", 1);
    long kh = s.kernel().get(0);
    long kw = s.kernel().get(1);
    long oh = offset.dim(2);
    long ow = offset.dim(3);
    Shape at = Shape.of(n, places, kh, kw, oh, ow);
    Value moves = offset.reshape(n, places, kh, kw, 2, oh, ow);
    Value rows = moves.get(4, 0).add(start(x, at, s, 0));
    Value columns = moves.get(4, 1).add(start(x, at, s, 1));
    long count = kh * kw * oh * ow;
    Value planes = x.reshape(n * places, channels / places, x.dim(2), x.dim(3));
    Value read =
        Interpolation.linear(
            planes, List.of(rows.reshape(n * places, count), columns.reshape(n * places, count)));
    Value taps = read.reshape(n, places, channels / places, kh, kw, oh, ow);
    Value weighted =
        node.optionalValue(4)
            .map(mask -> taps.mul(mask.reshape(n, places, 1, kh, kw, oh, ow)))
            .orElse(taps);
    Value grouped = weighted.reshape(n, groups, channels / groups, kh, kw, oh, ow);
    Value kernels = w.reshape(groups, w.dim(0) / groups, channels / groups, kh, kw);
    Value y = Functions.einsum("ngcijhw,gocij->ngohw", grouped, kernels);
    return biased(node, y.reshape(n, w.dim(0), oh, ow), 3);
  }

  /// Where tap and position would read without an offset, along spatial axis `k`.
  private static Value start(Value x, Shape at, Sliding s, int k) {
    DType dtype = x.dtype();
    Value tap = x.iota(dtype, at, 2 + k).mul((double) s.dilations().get(k));
    Value position = x.iota(dtype, at, 4 + k).mul((double) s.strides().get(k));
    return tap.add(position).sub((double) s.lo().get(k));
  }
}
