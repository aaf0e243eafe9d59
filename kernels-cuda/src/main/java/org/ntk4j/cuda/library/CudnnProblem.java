package org.ntk4j.cuda.library;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.ConvProblem;

/// A convolution as cuDNN is told of it: images and filter in one layout, numbers of 32 bits. In
/// lists of sizes and strides the batch, or the output channels, come first, channels second.
///
/// @param mathMode of `f32`
/// @param x sizes and strides of the image
/// @param w sizes of the filter, which has no gaps
/// @param y sizes and strides of the result
record CudnnProblem(
    ConvProblem.Kind kind,
    DType dtype,
    MathMode mathMode,
    Layout layout,
    int groups,
    Image x,
    List<Integer> w,
    Image y,
    List<Integer> padding,
    List<Integer> strides,
    List<Integer> dilation) {
  /// Fewer multiplications take no longer in a kernel of ours.
  static final double WORTH_A_CALL = 1 << 22;

  /// In what cuDNN multiplies.
  enum MathMode {
    /// Without tensor cores.
    PLAIN,
    /// As it likes: of `f32`, factors rounded to TF32.
    ANY
  }

  /// How arrays are in memory.
  enum Layout {
    /// Batch, channels, space.
    CHANNELS_FIRST,
    /// Batch, space, channels.
    CHANNELS_LAST
  }

  /// Sizes and strides of an image.
  record Image(List<Integer> sizes, List<Integer> strides) {
    Image {
      sizes = List.copyOf(sizes);
      strides = List.copyOf(strides);
    }
  }

  CudnnProblem {
    w = List.copyOf(w);
    padding = List.copyOf(padding);
    strides = List.copyOf(strides);
    dilation = List.copyOf(dilation);
  }

  /// `p` as cuDNN is told of it; empty if it is none of its problems, or too small to be worth it.
  static Optional<CudnnProblem> of(ConvProblem p, Precision precision) {
    Optional<MathMode> mathMode = mathMode(p.dtype(), precision);
    Optional<Layout> layout = Stream.of(Layout.values()).filter(l -> isIn(l, p)).findFirst();
    boolean fits =
        p.pieceCount() == 1
            && p.multiplications() >= WORTH_A_CALL
            && hasEqualPadding(p)
            && isSmall(p);
    if (!fits || mathMode.isEmpty() || layout.isEmpty()) {
      return Optional.empty();
    }
    Layout l = layout.get();
    return Optional.of(
        new CudnnProblem(
            p.kind(),
            p.dtype(),
            mathMode.get(),
            l,
            (int) p.groups(),
            image(l, imageSizes(p.batch(), p.groups() * p.in(), p.inSpatial()), p.x()),
            ints(filterSizes(p)),
            image(l, imageSizes(p.batch(), p.groups() * p.out(), p.outSpatial()), p.y()),
            ints(p.padLo()),
            ints(p.strides()),
            ints(p.dilation())));
  }

  /// There is no call that rounds to BF16, and none for three products.
  private static Optional<MathMode> mathMode(DType dtype, Precision precision) {
    return switch (dtype) {
      case F64 -> Optional.of(MathMode.ANY);
      case F32 ->
          switch (precision) {
            case FLOAT32 -> Optional.of(MathMode.PLAIN);
            case TF32 -> Optional.of(MathMode.ANY);
            case TF32X3, BF16, FLOAT64 -> Optional.empty();
          };
      case I32, I64, BOOL -> Optional.empty();
    };
  }

  /// Whether images and filter are in this layout, and cuDNN convolves what is.
  private static boolean isIn(Layout layout, ConvProblem p) {
    boolean known =
        switch (layout) {
          case CHANNELS_FIRST ->
              p.spatial() == 2
                  || p.spatial() == 3 && p.dilation().stream().allMatch(each -> each == 1);
          case CHANNELS_LAST -> p.spatial() == 2;
        };
    return known
        && isImage(layout, p, p.x(), p.in(), p.inSpatial())
        && isImage(layout, p, p.y(), p.out(), p.outSpatial())
        && isFilter(layout, p);
  }

  /// Without gaps, but for some between examples.
  private static boolean isImage(
      Layout layout, ConvProblem p, ConvProblem.Image image, long channels, List<Long> spatial) {
    List<Long> sizes = imageSizes(p.batch(), p.groups() * channels, spatial);
    List<Long> packed = packed(layout, sizes);
    return (p.batch() == 1 || image.batch() >= packed.getFirst())
        && isStride(p.groups(), image.group(), channels * packed.get(1))
        && isStride(channels, image.channel(), packed.get(1))
        && areStrides(spatial, image.spatial(), packed.subList(2, packed.size()));
  }

  private static boolean isFilter(Layout layout, ConvProblem p) {
    List<Long> packed = packed(layout, filterSizes(p));
    return isStride(p.groups(), p.w().group(), p.out() * packed.getFirst())
        && isStride(p.out(), p.w().out(), packed.getFirst())
        && isStride(p.in(), p.w().in(), packed.get(1))
        && areStrides(p.kernel(), p.w().taps(), packed.subList(2, packed.size()));
  }

  private static boolean areStrides(List<Long> sizes, List<Long> strides, List<Long> expected) {
    for (int k = 0; k < sizes.size(); k++) {
      if (!isStride(sizes.get(k), strides.get(k), expected.get(k))) {
        return false;
      }
    }
    return true;
  }

  /// Where there is one, its stride says nothing.
  private static boolean isStride(long size, long stride, long expected) {
    return size == 1 || stride == expected;
  }

  private static List<Long> imageSizes(long batch, long channels, List<Long> spatial) {
    List<Long> sizes = new ArrayList<>(List.of(batch, channels));
    sizes.addAll(spatial);
    return sizes;
  }

  private static List<Long> filterSizes(ConvProblem p) {
    return imageSizes(p.groups() * p.out(), p.in(), p.kernel());
  }

  /// The strides of an array of these sizes without gaps.
  private static List<Long> packed(Layout layout, List<Long> sizes) {
    boolean first = layout == Layout.CHANNELS_FIRST;
    Long[] strides = new Long[sizes.size()];
    long next = first ? 1 : sizes.get(1);
    for (int k = sizes.size() - 1; k >= 2; k--) {
      strides[k] = next;
      next *= sizes.get(k);
    }
    strides[1] = first ? next : 1;
    strides[0] = first ? next * sizes.get(1) : next;
    return List.of(strides);
  }

  /// cuDNN pads both ends alike, and then wants as many positions as there are.
  private static boolean hasEqualPadding(ConvProblem p) {
    for (int k = 0; k < p.spatial(); k++) {
      long reach = p.dilation().get(k) * (p.kernel().get(k) - 1);
      long padded = p.inSpatial().get(k) + 2 * p.padLo().get(k);
      long positions = Math.floorDiv(padded - reach - 1, p.strides().get(k)) + 1;
      if (p.padLo().get(k) < 0 || positions != p.outSpatial().get(k)) {
        return false;
      }
    }
    return true;
  }

  /// Whether every number that cuDNN is told, and every place in an array, has 32 bits.
  private static boolean isSmall(ConvProblem p) {
    boolean numbers =
        Stream.of(p.padLo(), p.strides(), p.dilation())
            .flatMap(List::stream)
            .allMatch(CudnnProblem::isInt);
    return numbers
        && isInt(extent(p.batch(), p.x().batch(), p.groups() * p.in(), p.inSpatial()))
        && isInt(extent(p.batch(), p.y().batch(), p.groups() * p.out(), p.outSpatial()))
        && isInt(extent(p.groups() * p.out(), 0, p.in(), p.kernel()));
  }

  /// At least as much as an array reaches over.
  private static double extent(long batch, long distance, long channels, List<Long> spatial) {
    double each = channels;
    for (long size : spatial) {
      each *= size;
    }
    return batch * (batch == 1 ? each : Math.max(each, distance));
  }

  private static boolean isInt(double value) {
    return value <= Integer.MAX_VALUE;
  }

  private static Image image(Layout layout, List<Long> sizes, ConvProblem.Image image) {
    List<Long> strides = new ArrayList<>(packed(layout, sizes));
    if (sizes.getFirst() > 1) {
      strides.set(0, image.batch());
    }
    return new Image(ints(sizes), ints(strides));
  }

  private static List<Integer> ints(List<Long> values) {
    return values.stream().map(Math::toIntExact).toList();
  }
}
