package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;

/// A convolution being described; every method returns a changed copy, `value()` records it.
///
/// By default `x` is `[batch, spatial.., channel]` and `w` `[spatial.., in / groups, out]`, strides
/// and dilations are 1 and the padding is `VALID`. As in every network library the kernel is not
/// flipped (cross-correlation).
public final class Convolution {
  private final Value x;
  private final Value w;
  private final boolean channelsFirst;
  private final boolean transposed;
  private final List<Long> strides;
  private final List<Long> dilations;
  private final Padding padding;
  private final long groups;

  private Convolution(
      Value x,
      Value w,
      boolean channelsFirst,
      boolean transposed,
      List<Long> strides,
      List<Long> dilations,
      Padding padding,
      long groups) {
    this.x = x;
    this.w = w;
    this.channelsFirst = channelsFirst;
    this.transposed = transposed;
    this.strides = strides;
    this.dilations = dilations;
    this.padding = padding;
    this.groups = groups;
  }

  static Convolution of(Value x, Value w) {
    if (x.rank() != w.rank() || x.rank() < 3 || x.rank() > 5) {
      throw new IllegalArgumentException(
          "conv: the operand %s and the kernel %s need equal ranks from 3 to 5"
              .formatted(x.aval(), w.aval()));
    }
    List<Long> ones = Collections.nCopies(x.rank() - 2, 1L);
    return new Convolution(x, w, false, false, ones, ones, Padding.VALID, 1);
  }

  /// With `x` `[batch, channel, spatial..]` and `w` `[out, in / groups, spatial..]`.
  public Convolution channelsFirst() {
    return new Convolution(x, w, true, transposed, strides, dilations, padding, groups);
  }

  /// The transposed ("fractionally strided") convolution: strides spread the operand. `SAME` makes
  /// `size * stride` positions, `VALID` every position that a tap reaches; explicit amounts apply
  /// to the spread operand.
  public Convolution transposed() {
    return new Convolution(x, w, channelsFirst, true, strides, dilations, padding, groups);
  }

  /// Steps of the windows, one for each spatial axis.
  public Convolution strides(long... steps) {
    return new Convolution(
        x, w, channelsFirst, transposed, perAxis("strides", steps), dilations, padding, groups);
  }

  /// Distances between the taps of the kernel, one for each spatial axis.
  public Convolution dilations(long... steps) {
    return new Convolution(
        x, w, channelsFirst, transposed, strides, perAxis("dilations", steps), padding, groups);
  }

  /// What lies beyond the border.
  public Convolution padding(Padding border) {
    return new Convolution(x, w, channelsFirst, transposed, strides, dilations, border, groups);
  }

  /// Channels in this many groups that do not see each other; as many as channels: depthwise.
  public Convolution groups(long count) {
    return new Convolution(x, w, channelsFirst, transposed, strides, dilations, padding, count);
  }

  private List<Long> perAxis(String what, long[] steps) {
    if (steps.length != x.rank() - 2 || Arrays.stream(steps).anyMatch(s -> s < 1)) {
      throw new IllegalArgumentException(
          "conv: %s %s; %d positive numbers are needed"
              .formatted(what, Arrays.toString(steps), x.rank() - 2));
    }
    return Arrays.stream(steps).boxed().toList();
  }

  /// The convolution: its axes are in the order of those of `x`.
  public Value value() {
    int spatial = x.rank() - 2;
    int xFirst = channelsFirst ? 2 : 1;
    int wFirst = channelsFirst ? 2 : 0;
    List<Long> sizes = x.shape().dims().subList(xFirst, xFirst + spatial);
    List<Long> extents = new ArrayList<>();
    for (int k = 0; k < spatial; k++) {
      extents.add((w.dim(wFirst + k) - 1) * dilations.get(k) + 1);
    }
    List<Long> ones = Collections.nCopies(spatial, 1L);
    Padding.Explicit amounts =
        transposed ? transposedAmounts(extents) : padding.amounts(sizes, extents, strides);
    Value operand = x;
    if (padding instanceof Padding.Circular) {
      operand = Padding.wrap(x, xFirst, amounts);
      amounts = Padding.VALID.amounts(sizes, extents, strides);
    }
    Conv op =
        new Conv(
            dims(spatial),
            transposed ? ones : strides,
            amounts.lo(),
            amounts.hi(),
            transposed ? strides : ones,
            dilations,
            groups,
            1);
    return Value.emit(op, operand, w);
  }

  private ConvDims dims(int spatial) {
    List<Integer> inner = Axes.range(1, spatial + 1);
    List<Integer> outer = Axes.range(2, spatial + 2);
    List<Integer> front = Axes.range(0, spatial);
    return channelsFirst
        ? new ConvDims(0, 1, outer, 1, 0, outer, 0, 1, outer)
        : new ConvDims(0, spatial + 1, inner, spatial, spatial + 1, front, 0, spatial + 1, inner);
  }

  private Padding.Explicit transposedAmounts(List<Long> extents) {
    if (padding instanceof Padding.Explicit e) {
      return e.amounts(extents, extents, strides);
    }
    if (padding instanceof Padding.Circular) {
      throw new IllegalArgumentException("conv: a transposed convolution has no circular padding");
    }
    List<Long> lo = new ArrayList<>();
    List<Long> hi = new ArrayList<>();
    for (int k = 0; k < extents.size(); k++) {
      long extent = extents.get(k);
      long stride = strides.get(k);
      boolean same = padding instanceof Padding.Same;
      long total = extent + stride - 2 + (same ? 0 : Math.max(extent - stride, 0));
      long before = same && stride <= extent - 1 ? Math.ceilDiv(total, 2L) : extent - 1;
      lo.add(before);
      hi.add(total - before);
    }
    return new Padding.Explicit(lo, hi);
  }
}
