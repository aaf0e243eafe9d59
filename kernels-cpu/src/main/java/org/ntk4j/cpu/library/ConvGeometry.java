package org.ntk4j.cpu.library;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.ConvProblem.Filter;
import org.ntk4j.ir.schedule.ConvProblem.Image;

/// A convolution that reads no element of `X` before the first and has padding that is not
/// negative.
///
/// @param given the same convolution as it was given, pieces and groups aside
/// @param problem with `padLo` at least 0, and `X` cut to what is read
/// @param xOffset of the first element that is left of `X`
/// @param padHi zeros after `X`
/// @param cropped whether anything was cut: a gradient is 0 there
record ConvGeometry(
    ConvProblem given, ConvProblem problem, long xOffset, List<Long> padHi, boolean cropped) {
  ConvGeometry {
    padHi = List.copyOf(padHi);
  }

  static ConvGeometry of(ConvProblem given) {
    ConvProblem p = groups(given).withoutSinglePieces();
    List<Long> sizes = new ArrayList<>();
    List<Long> lo = new ArrayList<>();
    List<Long> hi = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    long offset = 0;
    boolean cropped = false;
    for (int d = 0; d < p.spatial(); d++) {
      long cut = Math.max(0, -p.padLo().get(d));
      long first = Math.max(0, p.padLo().get(d));
      long reach = (p.kernel().get(d) - 1) * p.dilation().get(d);
      long needed = (p.outSpatial().get(d) - 1) * p.strides().get(d) + reach + 1 - first;
      long rest = p.inSpatial().get(d) - cut;
      // One position has any stride, and oneDNN's brg_conv_fwd is wrong for one channel, a row of
      // one position and a stride above 1.
      boolean single = p.outSpatial().get(d) == 1 && p.kind() == ConvProblem.Kind.FORWARD;
      long step = single ? 1 : p.strides().get(d);
      // Less than a stride that is left over is no matter.
      long size = rest - needed < step ? rest : needed;
      steps.add(step);
      offset += cut * p.x().spatial().get(d);
      cropped |= cut > 0 || size < p.inSpatial().get(d);
      sizes.add(size);
      lo.add(first);
      hi.add(Math.max(0, needed - size));
    }
    return new ConvGeometry(p, p.withSpatial(sizes, steps, lo), offset, hi, cropped);
  }

  /// Groups whose channels do not follow one another are pieces.
  private static ConvProblem groups(ConvProblem p) {
    boolean x = p.in() == 1 || p.x().group() == p.in() * p.x().channel();
    boolean y = p.out() == 1 || p.y().group() == p.out() * p.y().channel();
    if (p.groups() != 1 && x && y) {
      return p;
    }
    return p.withChannels(1, p.in(), p.out())
        .withPieces(p.groups(), p.x().group(), p.w().group(), p.y().group());
  }

  /// This with the filter elsewhere.
  ConvGeometry withFilter(Filter w) {
    return new ConvGeometry(given, problem.withFilter(w), xOffset, padHi, cropped);
  }

  /// Sets all elements of `X` as it was given to 0.
  void clear(long x) {
    ConvProblem p = given;
    List<Long> sizes = new ArrayList<>(p.pieces());
    List<Long> strides = new ArrayList<>(p.x().pieces());
    sizes.addAll(List.of(p.batch(), p.groups(), p.in()));
    strides.addAll(List.of(p.x().batch(), p.x().group(), p.x().channel()));
    sizes.addAll(p.inSpatial());
    strides.addAll(p.x().spatial());
    Loops.clear(p.dtype(), sizes, strides, x);
  }

  /// Whether anything is to be summed.
  boolean isEmpty() {
    ConvProblem p = problem;
    return p.multiplications() == 0 || p.inSpatial().stream().anyMatch(n -> n <= 0);
  }

  /// Sizes of `count` images of `X`: `[count, channel, spatial..]`.
  List<Long> xSizes(long count) {
    return sizes(count, problem.groups() * problem.in(), problem.inSpatial());
  }

  /// Sizes of `count` images of `Y`.
  List<Long> ySizes(long count) {
    return sizes(count, problem.groups() * problem.out(), problem.outSpatial());
  }

  private static List<Long> sizes(long count, long channels, List<Long> spatial) {
    List<Long> sizes = new ArrayList<>(List.of(count, channels));
    sizes.addAll(spatial);
    return sizes;
  }

  List<Long> xStrides(long count) {
    return strides(problem.x(), problem.in(), xSizes(count));
  }

  List<Long> yStrides(long count) {
    return strides(problem.y(), problem.out(), ySizes(count));
  }

  private static List<Long> strides(Image image, long channels, List<Long> sizes) {
    List<Long> strides = new ArrayList<>();
    strides.add(image.batch());
    strides.add(channels == 1 ? image.group() : image.channel());
    strides.addAll(image.spatial());
    return alone(sizes, strides, channelsLast(sizes));
  }

  /// An axis of one element has any stride: it gets that of the dense layout, which then is
  /// recognized.
  private static List<Long> alone(List<Long> sizes, List<Long> strides, List<Long> dense) {
    List<Long> clean = new ArrayList<>(strides);
    for (int d = 0; d < sizes.size(); d++) {
      if (sizes.get(d) == 1) {
        clean.set(d, dense.get(d));
      }
    }
    return clean;
  }

  /// Sizes of `W`: `[group, out, in, taps..]`, without groups if there is one.
  List<Long> wSizes() {
    return filter(problem.groups(), problem.out(), problem.in(), problem.kernel());
  }

  List<Long> wStrides() {
    Filter w = problem.w();
    return filter(w.group(), w.out(), w.in(), w.taps());
  }

  private List<Long> filter(long group, long out, long in, List<Long> taps) {
    List<Long> all = new ArrayList<>();
    if (problem.groups() > 1) {
      all.add(group);
    }
    all.add(out);
    all.add(in);
    all.addAll(taps);
    return all;
  }

  /// `[count, spatial.., channel]` with nothing between.
  static List<Long> channelsLast(List<Long> sizes) {
    Long[] strides = new Long[sizes.size()];
    strides[1] = 1L;
    long stride = sizes.get(1);
    for (int d = strides.length - 1; d > 1; d--) {
      strides[d] = stride;
      stride *= sizes.get(d);
    }
    strides[0] = stride;
    return List.of(strides);
  }
}
