package org.ntk4j.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Looks for NaN and infinities, which times 0 are NaN.
///
/// Arrays are read several times as fast as off-heap memory, above all before the code is compiled;
/// several sums do not wait for each other.
final class Finite {
  private static final int SUMS = 4;
  private static final int CHUNK = 1024 * SUMS;

  private Finite() {}

  /// Whether there is none among the elements of `segment`, which are of a floating-point dtype.
  static boolean all(DType dtype, MemorySegment segment) {
    return dtype == DType.F32 ? floats(segment) : doubles(segment);
  }

  private static boolean floats(MemorySegment segment) {
    float[] chunk = new float[CHUNK];
    long size = segment.byteSize() / Float.BYTES;
    for (long from = 0; from < size; from += CHUNK) {
      int count = (int) Math.min(CHUNK, size - from);
      MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, from * Float.BYTES, chunk, 0, count);
      float first = 0;
      float second = 0;
      float third = 0;
      float fourth = 0;
      for (int i = 0; i < count; i += SUMS) { // What is beyond is 0, or was found to be finite.
        first += chunk[i] * 0;
        second += chunk[i + 1] * 0;
        third += chunk[i + 2] * 0;
        fourth += chunk[i + 3] * 0;
      }
      if (first + second + third + fourth != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean doubles(MemorySegment segment) {
    double[] chunk = new double[CHUNK];
    long size = segment.byteSize() / Double.BYTES;
    for (long from = 0; from < size; from += CHUNK) {
      int count = (int) Math.min(CHUNK, size - from);
      MemorySegment.copy(segment, ValueLayout.JAVA_DOUBLE, from * Double.BYTES, chunk, 0, count);
      double first = 0;
      double second = 0;
      double third = 0;
      double fourth = 0;
      for (int i = 0; i < count; i += SUMS) { // What is beyond is 0, or was found to be finite.
        first += chunk[i] * 0;
        second += chunk[i + 1] * 0;
        third += chunk[i + 2] * 0;
        fourth += chunk[i + 3] * 0;
      }
      if (first + second + third + fourth != 0) {
        return false;
      }
    }
    return true;
  }
}
