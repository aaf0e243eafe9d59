package org.ntk4j.cpu.library;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.GemmProblem.Matrices;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.ConvProblem.Kind;

/// A convolution as matrix products of patches: for `f64`, and for what oneDNN has nothing fast
/// for.
///
/// One image of a group and a piece at a time; for the gradient of a filter, all images of it.
final class PatchConvolution implements PreparedConv {
  private static final long ALIGNMENT = 64;

  /// Of the patches that are in memory at once.
  private static final long BLOCK_BYTES = 1 << 20;

  private static final long LARGE_FILTER_BYTES = 1 << 20;

  private final ConvProblem p;
  private final DType dtype;
  private final int bytes;
  private final Offsets offsets;
  private final Patches patches;
  private final StridedMatrix filter;
  private final StridedMatrix image;
  private final MatrixKernel kernel;

  /// Positions of a block of patches.
  private final long block;

  private final long units;

  PatchConvolution(ConvProblem p) {
    this.p = p;
    this.dtype = p.dtype();
    this.bytes = dtype.sizeBytes();
    this.offsets = new Offsets(p);
    this.patches = new Patches(p);
    this.filter =
        StridedMatrix.of(dtype, p.kernel(), p.w().taps(), p.in(), p.w().in(), p.out(), p.w().out());
    this.image =
        new StridedMatrix(dtype, p.outSpatial(), p.y().spatial(), p.out(), p.y().channel());
    long rowBytes = Math.max(1, patches.rowSize() * bytes);
    this.block = Math.clamp(BLOCK_BYTES / rowBytes, 1, Math.max(1, image.rows()));
    this.kernel = kernel();
    long each = p.kind() == Kind.WEIGHT_GRADIENT ? 1 : p.batch();
    this.units = p.pieceCount() * p.groups() * each;
    if (units > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          units + " images and groups in a convolution; expected at most " + Integer.MAX_VALUE);
    }
  }

  /// Whether it is faster than oneDNN's convolution: for a large gradient of a few positions most
  /// of the time goes into writing it, and here it is written once, and not in another layout
  /// before.
  static boolean isPreferred(ConvProblem p) {
    if (p.kind() != Kind.WEIGHT_GRADIENT || p.dtype() != DType.F32 || p.batch() != 1) {
      return false;
    }
    PatchConvolution patches = new PatchConvolution(p);
    return patches.isDirect()
        && patches.block == patches.image.rows()
        && patches.patches.rowSize() * p.out() * patches.bytes >= LARGE_FILTER_BYTES;
  }

  private MatrixKernel kernel() {
    long row = patches.rowSize();
    Matrices rows = new Matrices(List.of(), row, 1);
    GemmProblem product =
        switch (p.kind()) {
          case FORWARD -> product(block, p.out(), row, rows, filter.packed(), image.packed(), 0);
          case DATA_GRADIENT ->
              product(block, row, p.out(), image.packed(), filter.packed().transposed(), rows, 0);
          case WEIGHT_GRADIENT ->
              product(row, p.out(), block, rows.transposed(), image.packed(), filter.packed(), 1);
        };
    Cut whole = new Cut(product.m(), product.n(), product.k(), 1);
    return MatrixKernel.of(product, whole, Multipliers.LIBRARIES.of(product));
  }

  private GemmProblem product(
      long m, long n, long k, Matrices a, Matrices b, Matrices c, double beta) {
    return new GemmProblem(dtype, List.of(), m, n, k, a, b, c, 1, beta, false);
  }

  @Override
  public long scratchBytes(int threads) {
    return threads * (aligned(rowsBytes()) + aligned(filterBytes()) + aligned(imageBytes()));
  }

  private long rowsBytes() {
    return block * patches.rowSize() * bytes;
  }

  private long filterBytes() {
    if (p.kind() == Kind.WEIGHT_GRADIENT && isDirect()) {
      return 0;
    }
    return filter.rows() * filter.columns() * bytes;
  }

  private long imageBytes() {
    return block * image.columns() * bytes;
  }

  private static long aligned(long size) {
    return Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
  }

  @Override
  public void run(Workers workers, long x, long w, long y, long scratch) {
    long laneBytes = scratchBytes(1);
    workers.run((int) units, (unit, lane) -> unit(unit, x, w, y, scratch + lane * laneBytes));
  }

  private void unit(int unit, long x, long w, long y, long lane) {
    long images = p.kind() == Kind.WEIGHT_GRADIENT ? 1 : p.batch();
    long n = unit % images;
    long g = unit / images % p.groups();
    long piece = unit / images / p.groups();
    long xAt = x + bytes * (offsets.x(piece) + g * p.x().group() + n * p.x().batch());
    long yAt = y + bytes * (offsets.y(piece) + g * p.y().group() + n * p.y().batch());
    long wAt = w + bytes * (offsets.w(piece) + g * p.w().group());
    long packed = lane + aligned(rowsBytes());
    switch (p.kind()) {
      case FORWARD -> {
        filter.pack(wAt, 0, filter.rows(), packed);
        forward(xAt, packed, yAt, lane);
      }
      case DATA_GRADIENT -> {
        filter.pack(wAt, 0, filter.rows(), packed);
        dataGradient(xAt, packed, yAt, lane);
      }
      case WEIGHT_GRADIENT -> {
        boolean direct = isDirect();
        if (!direct) {
          Raw.fill(packed, filterBytes(), (byte) 0);
        }
        for (long each = 0; each < p.batch(); each++) {
          long xEach = xAt + bytes * each * p.x().batch();
          long yEach = yAt + bytes * each * p.y().batch();
          weightGradient(xEach, direct ? wAt : packed, yEach, lane, direct && each == 0);
        }
        if (!direct) {
          filter.unpack(packed, 0, filter.rows(), wAt);
        }
      }
    }
  }

  private void forward(long x, long w, long y, long rows) {
    long result = w + aligned(filterBytes());
    for (long from = 0; from < image.rows(); from += block) {
      long to = Math.min(image.rows(), from + block);
      patches.gather(x, from, to, rows);
      kernel.run(to - from, p.out(), patches.rowSize(), rows, w, 0, result, p.out());
      image.unpack(result, from, to, y);
    }
  }

  private void dataGradient(long x, long w, long y, long rows) {
    List<Long> sizes = new ArrayList<>(p.inSpatial());
    List<Long> strides = new ArrayList<>(p.x().spatial());
    sizes.add(p.in());
    strides.add(p.x().channel());
    Loops.clear(dtype, sizes, strides, x);
    long given = w + aligned(filterBytes());
    long size = patches.rowSize();
    for (long from = 0; from < image.rows(); from += block) {
      long to = Math.min(image.rows(), from + block);
      image.pack(y, from, to, given);
      kernel.run(to - from, size, p.out(), given, w, 0, rows, size);
      patches.scatter(x, from, to, rows);
    }
  }

  /// Whether the gradient of a filter is computed where it is wanted.
  private boolean isDirect() {
    return filter.rowDistance() > 0 && image.rows() > 0 && p.batch() > 0;
  }

  private void weightGradient(long x, long w, long y, long lane, boolean first) {
    long given = lane + aligned(rowsBytes()) + aligned(filterBytes());
    long distance = isDirect() ? filter.rowDistance() : p.out();
    for (long from = 0; from < image.rows(); from += block) {
      long to = Math.min(image.rows(), from + block);
      patches.gather(x, from, to, lane);
      image.pack(y, from, to, given);
      double beta = first && from == 0 ? 0 : 1;
      kernel.run(patches.rowSize(), p.out(), to - from, lane, given, beta, w, distance);
    }
  }

  @Override
  public String description() {
    return "patches by " + kernel.library() + ", " + block + " positions at a time";
  }

  @Override
  public void close() {
    // It has nothing but numbers.
  }
}
