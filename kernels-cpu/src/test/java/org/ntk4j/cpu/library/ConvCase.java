package org.ntk4j.cpu.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.ConvProblem.Filter;
import org.ntk4j.ir.schedule.ConvProblem.Image;
import org.ntk4j.ir.schedule.ConvProblem.Kind;

/// The arrays of a convolution, and its result by a loop over everything.
final class ConvCase {
  private final ConvProblem p;
  private final double[] x;
  private final double[] w;
  private final double[] y;
  private final double[] expected;

  /// Whether an element is one of the result: there may be gaps between.
  private final boolean[] computed;

  private double scale = 1e-3;

  ConvCase(Random random, ConvProblem p) {
    this.p = p;
    this.x = Memory.random(random, extent(p.inSpatial(), p.in(), p.x()));
    this.y = Memory.random(random, extent(p.outSpatial(), p.out(), p.y()));
    this.w = Memory.random(random, extent(p.w()));
    this.expected = new double[result().length];
    this.computed = new boolean[expected.length];
    mark();
    for (long piece = 0; piece < p.pieceCount(); piece++) {
      for (long n = 0; n < p.batch(); n++) {
        for (long g = 0; g < p.groups(); g++) {
          sum(piece, n, g);
        }
      }
    }
    for (double each : expected) {
      scale = Math.max(scale, Math.abs(each));
    }
  }

  private double[] result() {
    return switch (p.kind()) {
      case FORWARD -> y;
      case DATA_GRADIENT -> x;
      case WEIGHT_GRADIENT -> w;
    };
  }

  private long extent(List<Long> spatial, long channels, Image image) {
    return Memory.extent(
        concat(p.pieces(), List.of(p.batch(), p.groups(), channels), spatial),
        concat(
            image.pieces(),
            List.of(image.batch(), image.group(), image.channel()),
            image.spatial()));
  }

  private long extent(Filter filter) {
    return Memory.extent(
        concat(p.pieces(), List.of(p.groups(), p.in(), p.out()), p.kernel()),
        concat(filter.pieces(), List.of(filter.group(), filter.in(), filter.out()), filter.taps()));
  }

  @SafeVarargs
  static List<Long> concat(List<Long>... lists) {
    List<Long> all = new ArrayList<>();
    for (List<Long> list : lists) {
      all.addAll(list);
    }
    return all;
  }

  private void mark() {
    Image image = p.kind() == Kind.FORWARD ? p.y() : p.x();
    switch (p.kind()) {
      case FORWARD -> mark(image, p.out(), p.outSpatial());
      case DATA_GRADIENT -> mark(image, p.in(), p.inSpatial());
      case WEIGHT_GRADIENT ->
          mark(
              concat(p.pieces(), List.of(p.groups(), p.in(), p.out()), p.kernel()),
              concat(p.w().pieces(), List.of(p.w().group(), p.w().in(), p.w().out()), p.w().taps()),
              0,
              0);
    }
  }

  private void mark(Image image, long channels, List<Long> spatial) {
    mark(
        concat(p.pieces(), List.of(p.batch(), p.groups(), channels), spatial),
        concat(
            image.pieces(),
            List.of(image.batch(), image.group(), image.channel()),
            image.spatial()),
        0,
        0);
  }

  private void mark(List<Long> sizes, List<Long> strides, int d, long at) {
    if (d == sizes.size()) {
      computed[(int) at] = true;
      return;
    }
    for (long i = 0; i < sizes.get(d); i++) {
      mark(sizes, strides, d + 1, at + i * strides.get(d));
    }
  }

  private static long offset(List<Long> sizes, List<Long> strides, long index) {
    long offset = 0;
    long rest = index;
    for (int d = sizes.size() - 1; d >= 0; d--) {
      offset += rest % sizes.get(d) * strides.get(d);
      rest /= sizes.get(d);
    }
    return offset;
  }

  /// Where the first tap of the filter is.
  private long firstTap() {
    long first = 0;
    for (int d = 0; d < p.spatial(); d++) {
      first += Math.max(0, -p.w().taps().get(d) * (p.kernel().get(d) - 1));
    }
    return first;
  }

  private void sum(long piece, long n, long g) {
    long xAt = offset(p.pieces(), p.x().pieces(), piece) + n * p.x().batch() + g * p.x().group();
    long yAt = offset(p.pieces(), p.y().pieces(), piece) + n * p.y().batch() + g * p.y().group();
    long wAt = firstTap() + offset(p.pieces(), p.w().pieces(), piece) + g * p.w().group();
    long taps = ConvProblem.product(p.kernel());
    long positions = ConvProblem.product(p.outSpatial());
    for (long t = 0; t < taps; t++) {
      for (long position = 0; position < positions; position++) {
        long seen = seen(position, t);
        if (seen >= 0) {
          long wTap = wAt + offset(p.kernel(), p.w().taps(), t);
          channels(xAt + seen, wTap, yAt + offset(p.outSpatial(), p.y().spatial(), position));
        }
      }
    }
  }

  private long seen(long position, long t) {
    long offset = 0;
    long restOfPosition = position;
    long restOfTap = t;
    for (int d = p.spatial() - 1; d >= 0; d--) {
      long at = restOfPosition % p.outSpatial().get(d) * p.strides().get(d);
      long q = at + restOfTap % p.kernel().get(d) * p.dilation().get(d) - p.padLo().get(d);
      if (q < 0 || q >= p.inSpatial().get(d)) {
        return -1;
      }
      offset += q * p.x().spatial().get(d);
      restOfPosition /= p.outSpatial().get(d);
      restOfTap /= p.kernel().get(d);
    }
    return offset;
  }

  private void channels(long xAt, long wAt, long yAt) {
    for (long i = 0; i < p.in(); i++) {
      for (long o = 0; o < p.out(); o++) {
        int xi = (int) (xAt + i * p.x().channel());
        int wi = (int) (wAt + i * p.w().in() + o * p.w().out());
        int yi = (int) (yAt + o * p.y().channel());
        switch (p.kind()) {
          case FORWARD -> expected[yi] += x[xi] * w[wi];
          case DATA_GRADIENT -> expected[xi] += y[yi] * w[wi];
          case WEIGHT_GRADIENT -> expected[wi] += x[xi] * y[yi];
        }
      }
    }
  }

  /// Runs it with several threads, and compares; what is between the elements must stay.
  void check(List<Workers> threads) {
    List<byte[]> results = new ArrayList<>();
    try (PreparedConv conv = Convolutions.prepare(p)) {
      String description = conv.description();
      assertFalse(description.matches(".*\\bref\\b.*"), description);
      for (Workers workers : threads) {
        try (Arena arena = Arena.ofConfined()) {
          results.add(run(arena, workers, conv));
        }
      }
      for (byte[] each : results) {
        assertArrayEquals(results.getFirst(), each, () -> p + "\n" + conv.description());
      }
    }
  }

  private byte[] run(Arena arena, Workers workers, PreparedConv conv) {
    int bytes = p.dtype().sizeBytes();
    boolean forward = p.kind() == Kind.FORWARD;
    boolean data = p.kind() == Kind.DATA_GRADIENT;
    long nans = Memory.bytes(arena, (long) expected.length * bytes);
    long xAt = data ? nans : Memory.copy(arena, p.dtype(), x);
    long wAt = forward || data ? Memory.copy(arena, p.dtype(), w) : nans;
    long yAt = forward ? nans : Memory.copy(arena, p.dtype(), y);
    long scratch = Memory.bytes(arena, conv.scratchBytes(workers.threads()));
    conv.run(workers, xAt, wAt + firstTap() * bytes, yAt, scratch);
    double tolerance = scale * (p.dtype() == DType.F32 ? 1e-5 : 1e-13);
    for (int i = 0; i < expected.length; i++) {
      int at = i;
      assertEquals(
          computed[i] ? expected[i] : Double.NaN,
          Raw.get(p.dtype(), nans, i),
          tolerance,
          () -> at + " of " + p + "\n" + conv.description());
    }
    return Memory.bits(p.dtype(), nans, expected.length);
  }
}
