package org.ntk4j.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Looks for NaN and infinities, which times 0 are NaN.
///
/// Arrays are read several times as fast as off-heap memory, above all before the code is compiled.
final class Finite {
  private static final int CHUNK = 4096;

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
      float zero = 0;
      for (int i = 0; i < count; i++) {
        zero += chunk[i] * 0;
      }
      if (zero != 0) {
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
      double zero = 0;
      for (int i = 0; i < count; i++) {
        zero += chunk[i] * 0;
      }
      if (zero != 0) {
        return false;
      }
    }
    return true;
  }
}
