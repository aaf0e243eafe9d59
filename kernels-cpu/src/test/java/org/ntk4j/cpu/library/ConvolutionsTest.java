package org.ntk4j.cpu.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.ConvProblem.Filter;
import org.ntk4j.ir.schedule.ConvProblem.Image;
import org.ntk4j.ir.schedule.ConvProblem.Kind;

class ConvolutionsTest {
  private static final List<Workers> WORKERS =
      List.of(new Workers(1), new Workers(2), new Workers(3));

  private static final long[] CHANNELS = {1, 2, 3, 5, 8, 16, 17, 32};

  /// Sizes of one spatial axis.
  private record Axis(long in, long kernel, long out, long stride, long dilation, long padLo) {
    static Axis random(Random random, int sizeMax) {
      while (true) {
        long in = 1 + random.nextInt(sizeMax);
        long kernel = 1 + random.nextInt(3);
        long stride = 1 + random.nextInt(3);
        long dilation = 1 + random.nextInt(2);
        long padLo = random.nextInt(5) - 1;
        long padHi = random.nextInt(4) - 1;
        long room = in + padLo + padHi - (kernel - 1) * dilation - 1;
        if (room >= 0) {
          return new Axis(in, kernel, room / stride + 1, stride, dilation, padLo);
        }
      }
    }
  }

  private static ConvProblem random(Random random, Kind kind, DType dtype) {
    int spatial = 1 + random.nextInt(3);
    List<Axis> axes = new ArrayList<>();
    for (int d = 0; d < spatial; d++) {
      axes.add(Axis.random(random, spatial == 1 ? 20 : 7));
    }
    List<Long> pieces = new ArrayList<>();
    for (int d = random.nextInt(3); d > 0; d--) {
      pieces.add(1L + random.nextInt(3));
    }
    long groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
    long in = CHANNELS[random.nextInt(CHANNELS.length)];
    long out = CHANNELS[random.nextInt(CHANNELS.length)];
    long batch = 1 + random.nextInt(4);
    return problem(random, kind, dtype, pieces, axes, new long[] {batch, groups, in, out});
  }

  private static ConvProblem problem(
      Random random, Kind kind, DType dtype, List<Long> pieces, List<Axis> axes, long[] sizes) {
    List<Long> inSpatial = axes.stream().map(Axis::in).toList();
    List<Long> kernel = axes.stream().map(Axis::kernel).toList();
    List<Long> outSpatial = axes.stream().map(Axis::out).toList();
    return new ConvProblem(
        kind,
        dtype,
        pieces,
        sizes[0],
        sizes[1],
        sizes[2],
        sizes[3],
        inSpatial,
        kernel,
        outSpatial,
        axes.stream().map(Axis::stride).toList(),
        axes.stream().map(Axis::dilation).toList(),
        axes.stream().map(Axis::padLo).toList(),
        image(random, kind != Kind.DATA_GRADIENT, pieces, sizes, sizes[2], inSpatial),
        filter(random, kind != Kind.WEIGHT_GRADIENT, pieces, sizes, kernel),
        image(random, kind != Kind.FORWARD, pieces, sizes, sizes[3], outSpatial));
  }

  private static Image image(
      Random random,
      boolean read,
      List<Long> pieces,
      long[] sizes,
      long channels,
      List<Long> spatial) {
    List<Long> order =
        ConvCase.concat(pieces, List.of(sizes[0]), spatial, List.of(sizes[1], channels));
    List<Long> strides = strides(random, order, read ? pieces.size() : 0);
    int first = pieces.size();
    int last = first + spatial.size();
    return new Image(
        strides.subList(0, first),
        strides.get(first),
        strides.get(last + 1),
        strides.get(last + 2),
        strides.subList(first + 1, last + 1));
  }

  private static Filter filter(
      Random random, boolean read, List<Long> pieces, long[] sizes, List<Long> kernel) {
    List<Long> order = ConvCase.concat(pieces, kernel, List.of(sizes[2], sizes[1], sizes[3]));
    List<Long> strides = strides(random, order, read ? pieces.size() : 0);
    int first = pieces.size();
    int last = first + kernel.size();
    boolean reversed = read && random.nextInt(3) == 0;
    List<Long> taps = strides.subList(first, last).stream().map(s -> reversed ? -s : s).toList();
    return new Filter(
        strides.subList(0, first),
        strides.get(last + 1),
        strides.get(last),
        strides.get(last + 2),
        taps);
  }

  /// Axes in the given or a random order, here and there a gap; some of the first are shared.
  private static List<Long> strides(Random random, List<Long> sizes, int shared) {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < sizes.size(); d++) {
      order.add(d);
    }
    if (random.nextBoolean()) {
      Collections.shuffle(order, random);
    }
    List<Long> strides = new ArrayList<>(Collections.nCopies(sizes.size(), 0L));
    long next = 1;
    for (int d : order.reversed()) {
      if (d >= shared || random.nextBoolean()) {
        strides.set(d, next);
        next = next * sizes.get(d) + (random.nextInt(12) == 0 ? 3 : 0);
      }
    }
    return strides;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void convolutions_of_random_sizes_and_strides_in_f32_are_those_of_a_loop(Kind kind) {
    Random random = new Random(kind.ordinal());
    for (int trial = 0; trial < 400; trial++) {
      new ConvCase(random, random(random, kind, DType.F32)).check(WORKERS);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void convolutions_of_random_sizes_and_strides_in_f64_are_those_of_a_loop(Kind kind) {
    Random random = new Random(10 + kind.ordinal());
    for (int trial = 0; trial < 150; trial++) {
      new ConvCase(random, random(random, kind, DType.F64)).check(WORKERS);
    }
  }

  /// As a network has them: 3×3, some images, channels last.
  private static ConvProblem usual(Kind kind, List<Long> pieces, long batch, long stride) {
    List<Long> in = List.of(16L, 16L);
    List<Long> kernel = List.of(3L, 3L);
    List<Long> out = List.of(16 / stride, 16 / stride);
    List<Long> none = Collections.nCopies(pieces.size(), 0L);
    long examples = pieces.isEmpty() ? 0 : pieces.getLast();
    List<Long> ofX = pieces.isEmpty() ? none : List.of(16 * 16 * 24L, 0L);
    long ySize = out.get(0) * out.get(1) * 40;
    List<Long> ofY = pieces.isEmpty() ? none : List.of(examples * ySize, ySize);
    long wSize = 9L * 24 * 40;
    List<Long> ofW = pieces.isEmpty() ? none : List.of(examples * wSize, wSize);
    return new ConvProblem(
        kind,
        DType.F32,
        pieces,
        batch,
        1,
        24,
        40,
        in,
        kernel,
        out,
        List.of(stride, stride),
        List.of(1L, 1L),
        List.of(1L, 1L),
        Image.channelsLast(1, 24, in).withPieces(ofX),
        tapsFirst(24, 40, kernel).withPieces(ofW),
        Image.channelsLast(1, 40, out).withPieces(ofY));
  }

  /// `[taps.., in, out]`, without groups and pieces.
  private static Filter tapsFirst(long in, long out, List<Long> kernel) {
    Long[] strides = new Long[kernel.size()];
    long stride = in * out;
    for (int d = strides.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= kernel.get(d);
    }
    return new Filter(List.of(), out, out, 1, List.of(strides));
  }

  @Test
  void usual_layers_run_in_one_dnn() {
    Random random = new Random(3);
    for (long stride = 1; stride <= 2; stride++) {
      for (Kind kind : List.of(Kind.FORWARD, Kind.DATA_GRADIENT, Kind.WEIGHT_GRADIENT)) {
        ConvProblem batch = usual(kind, List.of(), 7, stride);
        try (PreparedConv conv = Convolutions.prepare(batch)) {
          assertTrue(conv instanceof OneDnnConvolution, conv.description());
        }
        new ConvCase(random, batch).check(WORKERS);
      }
      new ConvCase(random, usual(Kind.WEIGHT_GRADIENT, List.of(3L, 2L), 1, stride)).check(WORKERS);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void a_single_image_is_cut_into_pieces_of_some_channels(Kind kind) {
    List<Long> size = List.of(16L, 16L);
    List<Long> ones = List.of(1L, 1L);
    List<Long> kernel = List.of(3L, 3L);
    ConvProblem p =
        new ConvProblem(
            kind,
            DType.F32,
            List.of(),
            1,
            1,
            64,
            96,
            size,
            kernel,
            size,
            ones,
            ones,
            ones,
            Image.channelsLast(1, 64, size),
            tapsFirst(64, 96, kernel),
            Image.channelsLast(1, 96, size));
    assertEquals(List.of(kind == Kind.DATA_GRADIENT ? 2L : 3L), ChannelSplit.of(p).pieces());
    new ConvCase(new Random(9), p).check(WORKERS);
  }

  @Test
  void large_gradients_of_few_positions_are_written_once() {
    List<Long> in = List.of(4L, 4L);
    List<Long> kernel = List.of(3L, 3L);
    long size = 9L * 128 * 256;
    ConvProblem p =
        new ConvProblem(
            Kind.WEIGHT_GRADIENT,
            DType.F32,
            List.of(3L),
            1,
            1,
            128,
            256,
            in,
            kernel,
            in,
            List.of(1L, 1L),
            List.of(1L, 1L),
            List.of(1L, 1L),
            Image.channelsLast(1, 128, in).withPieces(List.of(0L)),
            tapsFirst(128, 256, kernel).withPieces(List.of(size)),
            Image.channelsLast(1, 256, in).withPieces(List.of(16L * 256)));
    assertTrue(PatchConvolution.isPreferred(p));
    new ConvCase(new Random(4), p).check(WORKERS);
  }

  @Test
  void a_gradient_of_nothing_is_zero() {
    List<Long> one = List.of(1L);
    for (Kind kind : Kind.values()) {
      // The padding is so large that the filter meets no element.
      ConvProblem p =
          new ConvProblem(
              kind,
              DType.F32,
              List.of(),
              2,
              1,
              3,
              4,
              List.of(2L),
              one,
              List.of(2L),
              one,
              one,
              List.of(5L),
              Image.channelsLast(1, 3, List.of(2L)),
              tapsFirst(3, 4, one),
              Image.channelsLast(1, 4, List.of(2L)));
      new ConvCase(new Random(5), p).check(WORKERS);
    }
  }

  @Test
  void an_empty_batch_is_nothing_to_do() {
    for (Kind kind : Kind.values()) {
      new ConvCase(new Random(6), usual(kind, List.of(), 0, 1)).check(WORKERS);
    }
  }

  @Test
  void a_convolution_prepared_once_runs_in_many_threads_at_once() throws InterruptedException {
    ConvCase one = new ConvCase(new Random(8), usual(Kind.FORWARD, List.of(), 6, 1));
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failures.add(e))
              .start(() -> one.check(WORKERS)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
  }

  @Test
  void what_is_prepared_and_closed_leaves_no_memory_behind() throws Exception {
    cycles(1000);
    long before = residentKilobytes();
    cycles(10_000);
    long grown = residentKilobytes() - before;
    assertTrue(grown < 20_000, grown + " kB more after 10,000 cycles");
  }

  private static void cycles(int count) {
    ConvProblem p = usual(Kind.FORWARD, List.of(), 1, 1);
    for (int i = 0; i < count; i++) {
      Convolutions.prepare(p).close();
    }
  }

  private static long residentKilobytes() throws Exception {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }

  @Test
  void a_dtype_that_is_not_floating_and_lists_that_do_not_fit_are_refused() {
    ConvProblem p = usual(Kind.FORWARD, List.of(), 1, 1);
    assertThrows(IllegalArgumentException.class, () -> copy(p, DType.I32, List.of()));
    assertThrows(IllegalArgumentException.class, () -> copy(p, DType.F32, List.of(2L)));
    assertEquals(p, copy(p, DType.F32, List.of()));
  }

  private static ConvProblem copy(ConvProblem p, DType dtype, List<Long> pieces) {
    return new ConvProblem(
        p.kind(),
        dtype,
        pieces,
        p.batch(),
        p.groups(),
        p.in(),
        p.out(),
        p.inSpatial(),
        p.kernel(),
        p.outSpatial(),
        p.strides(),
        p.dilation(),
        p.padLo(),
        p.x(),
        p.w(),
        p.y());
  }
}
