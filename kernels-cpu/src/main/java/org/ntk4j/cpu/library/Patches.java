package org.ntk4j.cpu.library;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.ConvProblem;

/// What the taps of a filter see of an image: for each position a row `[taps.., channel]`.
final class Patches {
  /// Runs of elements from which on copying them as a whole is faster.
  private static final long RUN_MIN = 8;

  private final DType dtype;
  private final int bytes;
  private final long channels;
  private final long channelStride;
  private final long[] image;
  private final long[] imageStrides;
  private final long[] taps;
  private final long[] positions;
  private final long[] strides;
  private final long[] dilation;
  private final long[] padLo;

  Patches(ConvProblem p) {
    this.dtype = p.dtype();
    this.bytes = dtype.sizeBytes();
    this.channels = p.in();
    this.channelStride = p.x().channel();
    this.image = array(p.inSpatial());
    this.imageStrides = array(p.x().spatial());
    this.taps = array(p.kernel());
    this.positions = array(p.outSpatial());
    this.strides = array(p.strides());
    this.dilation = array(p.dilation());
    this.padLo = array(p.padLo());
  }

  private static long[] array(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }

  /// Elements of a row.
  long rowSize() {
    return tapCount() * channels;
  }

  private long tapCount() {
    long count = 1;
    for (long n : taps) {
      count *= n;
    }
    return count;
  }

  /// Writes the rows of positions `from <= p < to`, one after the other.
  void gather(long x, long from, long to, long rows) {
    long tapCount = tapCount();
    for (long p = from; p < to; p++) {
      for (long t = 0; t < tapCount; t++) {
        long row = rows + ((p - from) * tapCount + t) * channels * bytes;
        long at = element(p, t);
        if (at < 0) {
          Raw.fill(row, channels * bytes, (byte) 0);
        } else {
          copy(x + at * bytes, row);
        }
      }
    }
  }

  private void copy(long from, long to) {
    if (channelStride == 1 && channels >= RUN_MIN) {
      Raw.copy(from, to, channels * bytes);
      return;
    }
    for (long c = 0; c < channels; c++) {
      Raw.set(dtype, to, c, Raw.get(dtype, from, c * channelStride));
    }
  }

  /// Adds the rows of positions `from <= p < to` to the elements that they are of.
  void scatter(long x, long from, long to, long rows) {
    long tapCount = tapCount();
    for (long p = from; p < to; p++) {
      for (long t = 0; t < tapCount; t++) {
        long row = rows + ((p - from) * tapCount + t) * channels * bytes;
        long at = element(p, t);
        if (at >= 0) {
          add(row, x + at * bytes);
        }
      }
    }
  }

  private void add(long from, long to) {
    if (channelStride == 1 && channels >= RUN_MIN) {
      Loops.add(dtype, channels, from, to);
      return;
    }
    for (long c = 0; c < channels; c++) {
      long i = c * channelStride;
      Raw.set(dtype, to, i, Raw.get(dtype, to, i) + Raw.get(dtype, from, c));
    }
  }

  /// Offset of what tap `t` sees at position `p`; -1 if that is padding.
  private long element(long p, long t) {
    long offset = 0;
    long position = p;
    long tap = t;
    for (int d = image.length - 1; d >= 0; d--) {
      long q = position % positions[d] * strides[d] + tap % taps[d] * dilation[d] - padLo[d];
      if (q < 0 || q >= image[d]) {
        return -1;
      }
      offset += q * imageStrides[d];
      position /= positions[d];
      tap /= taps[d];
    }
    return offset;
  }
}
