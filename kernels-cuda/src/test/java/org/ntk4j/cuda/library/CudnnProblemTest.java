package org.ntk4j.cuda.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.library.CudnnProblem.Layout;
import org.ntk4j.cuda.library.CudnnProblem.MathMode;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.ConvProblem.Filter;
import org.ntk4j.ir.schedule.ConvProblem.Image;
import org.ntk4j.ir.schedule.ConvProblem.Kind;

/// Which convolutions cuDNN is told of, and how.
class CudnnProblemTest {
  private static final long SIZE = 20;

  /// A convolution with three taps each way, and padding that keeps sizes; 10 examples of 8
  /// channels to 16.
  private record Sample(
      int spatial, DType dtype, long batch, long stride, long dilation, long padLo) {
    static final Sample PLANE = new Sample(2, DType.F32, 10, 1, 1, 1);

    private List<Long> each(long value) {
      return Collections.nCopies(spatial, value);
    }

    private long outSize() {
      return (SIZE + 2 * padLo - 2 * dilation - 1) / stride + 1;
    }

    private long volume(long size) {
      return (long) Math.pow(size, spatial);
    }

    /// Strides of an array of this size each way, the last one at `step`.
    private List<Long> strides(long size, long step) {
      Long[] strides = new Long[spatial];
      long next = step;
      for (int k = spatial - 1; k >= 0; k--) {
        strides[k] = next;
        next *= size;
      }
      return List.of(strides);
    }

    Image image(Layout layout, long channels, long size) {
      long distance = channels * volume(size);
      return switch (layout) {
        case CHANNELS_FIRST -> new Image(List.of(), distance, 1, volume(size), strides(size, 1));
        case CHANNELS_LAST -> new Image(List.of(), distance, 1, 1, strides(size, channels));
      };
    }

    Filter filter(Layout layout) {
      return switch (layout) {
        case CHANNELS_FIRST -> new Filter(List.of(), 1, volume(3), 8 * volume(3), strides(3, 1));
        case CHANNELS_LAST -> new Filter(List.of(), 1, 1, 8 * volume(3), strides(3, 8));
      };
    }

    ConvProblem in(Layout layout) {
      return with(image(layout, 8, SIZE), filter(layout), image(layout, 16, outSize()));
    }

    ConvProblem with(Image x, Filter w, Image y) {
      return new ConvProblem(
          Kind.FORWARD,
          dtype,
          List.of(),
          batch,
          1,
          8,
          16,
          each(SIZE),
          each(3),
          each(outSize()),
          each(stride),
          each(dilation),
          each(padLo),
          x,
          w,
          y);
    }
  }

  private static Optional<CudnnProblem> of(ConvProblem p) {
    return CudnnProblem.of(p, Precision.FLOAT32);
  }

  @Test
  void an_ordinary_layer_in_either_layout() {
    CudnnProblem first = of(Sample.PLANE.in(Layout.CHANNELS_FIRST)).orElseThrow();
    assertEquals(Layout.CHANNELS_FIRST, first.layout());
    assertEquals(List.of(10, 8, 20, 20), first.x().sizes());
    assertEquals(List.of(3200, 400, 20, 1), first.x().strides());
    assertEquals(List.of(16, 8, 3, 3), first.w());
    assertEquals(List.of(6400, 400, 20, 1), first.y().strides());
    assertEquals(List.of(1, 1), first.padding());
    CudnnProblem last = of(Sample.PLANE.in(Layout.CHANNELS_LAST)).orElseThrow();
    assertEquals(Layout.CHANNELS_LAST, last.layout());
    assertEquals(first.x().sizes(), last.x().sizes());
    assertEquals(List.of(3200, 1, 160, 8), last.x().strides());
    assertEquals(first.w(), last.w());
  }

  @Test
  void filter_and_images_have_one_layout() {
    Sample s = Sample.PLANE;
    for (Layout images : Layout.values()) {
      for (Layout filters : Layout.values()) {
        for (Layout results : Layout.values()) {
          ConvProblem p =
              s.with(s.image(images, 8, SIZE), s.filter(filters), s.image(results, 16, SIZE));
          assertEquals(images == filters && filters == results, of(p).isPresent(), p::toString);
        }
      }
    }
  }

  @Test
  void examples_may_be_apart_and_nothing_else() {
    Sample s = Sample.PLANE;
    ConvProblem p = s.in(Layout.CHANNELS_FIRST);
    Image apart = new Image(List.of(), 4000, 1, 400, List.of(20L, 1L));
    CudnnProblem told = of(s.with(apart, p.w(), p.y())).orElseThrow();
    assertEquals(List.of(4000, 400, 20, 1), told.x().strides());
    for (Image other :
        List.of(
            new Image(List.of(), 0, 1, 400, List.of(20L, 1L)),
            new Image(List.of(), 8000, 1, 500, List.of(20L, 1L)),
            new Image(List.of(), 8000, 1, 500, List.of(25L, 1L)),
            new Image(List.of(), 3200, 1, 400, List.of(1L, 20L)))) {
      assertEquals(Optional.empty(), of(s.with(other, p.w(), p.y())), other::toString);
    }
    Filter gaps = new Filter(List.of(), 1, 10, 80, List.of(3L, 1L));
    assertEquals(Optional.empty(), of(s.with(p.x(), gaps, p.y())));
  }

  @Test
  void strides_of_axes_of_one_element_say_nothing() {
    Sample one = new Sample(2, DType.F32, 1, 1, 1, 1);
    ConvProblem p = one.in(Layout.CHANNELS_FIRST);
    Image x = new Image(List.of(), 0, 77, 400, List.of(20L, 1L));
    ConvProblem changed = one.with(x, p.w(), p.y());
    assertEquals(Optional.empty(), of(changed), "too small");
    CudnnProblem told = of(changed.withChannels(1, 8, 512)).orElseThrow();
    assertEquals(List.of(3200, 400, 20, 1), told.x().strides());
  }

  @Test
  void two_or_three_sizes_in_space_and_dilation_in_two() {
    assertTrue(of(new Sample(3, DType.F32, 5, 1, 1, 1).in(Layout.CHANNELS_FIRST)).isPresent());
    assertEquals(
        Optional.empty(), of(new Sample(3, DType.F32, 5, 1, 1, 1).in(Layout.CHANNELS_LAST)));
    assertEquals(
        Optional.empty(), of(new Sample(3, DType.F32, 5, 1, 2, 2).in(Layout.CHANNELS_FIRST)));
    assertTrue(of(new Sample(2, DType.F32, 10, 1, 2, 2).in(Layout.CHANNELS_FIRST)).isPresent());
    assertEquals(
        Optional.empty(), of(new Sample(1, DType.F32, 5000, 1, 1, 1).in(Layout.CHANNELS_FIRST)));
    assertEquals(
        Optional.empty(), of(new Sample(4, DType.F32, 1, 1, 1, 1).in(Layout.CHANNELS_FIRST)));
  }

  @Test
  void padding_is_that_of_both_ends() {
    assertEquals(
        Optional.empty(), of(new Sample(2, DType.F32, 20, 1, 1, -1).in(Layout.CHANNELS_FIRST)));
    ConvProblem p = Sample.PLANE.in(Layout.CHANNELS_FIRST);
    ConvProblem more = p.withSpatial(p.inSpatial(), p.strides(), List.of(2L, 1L));
    assertEquals(Optional.empty(), of(more));
  }

  @Test
  void numbers_of_more_than_32_bits_are_not_told() {
    ConvProblem p = Sample.PLANE.in(Layout.CHANNELS_FIRST);
    long far = 1L << 31;
    Image apart = new Image(List.of(), far, 1, 400, List.of(20L, 1L));
    assertEquals(Optional.empty(), of(Sample.PLANE.with(apart, p.w(), p.y())));
    // Each number fits, but not the place of the last element.
    Image many = new Image(List.of(), far / 4, 1, 400, List.of(20L, 1L));
    assertEquals(Optional.empty(), of(Sample.PLANE.with(many, p.w(), p.y())));
    for (long stride : new long[] {30, far}) {
      Sample once = new Sample(2, DType.F32, 1, stride, 1, 1);
      ConvProblem wide = once.in(Layout.CHANNELS_FIRST).withChannels(1, 8, 1 << 20);
      assertEquals(stride < far, of(wide).isPresent());
    }
  }

  @Test
  void precisions_that_cudnn_does_not_multiply_in() {
    ConvProblem single = Sample.PLANE.in(Layout.CHANNELS_FIRST);
    ConvProblem twice = new Sample(2, DType.F64, 10, 1, 1, 1).in(Layout.CHANNELS_FIRST);
    for (Precision precision : Precision.values()) {
      Optional<MathMode> expected =
          switch (precision) {
            case FLOAT32 -> Optional.of(MathMode.PLAIN);
            case TF32 -> Optional.of(MathMode.ANY);
            case TF32X3, BF16, FLOAT64 -> Optional.empty();
          };
      assertEquals(expected, CudnnProblem.of(single, precision).map(CudnnProblem::mathMode));
      assertTrue(CudnnProblem.of(twice, precision).isPresent());
    }
  }

  @Test
  void small_convolutions_and_several_pieces_are_left_to_kernels() {
    ConvProblem p = new Sample(2, DType.F32, 10, 1, 1, 1).in(Layout.CHANNELS_FIRST);
    assertEquals(
        Optional.empty(), of(new Sample(2, DType.F32, 10, 7, 1, 1).in(Layout.CHANNELS_FIRST)));
    assertEquals(Optional.empty(), of(p.withPieces(2, 100_000, 0, 100_000)));
  }
}
