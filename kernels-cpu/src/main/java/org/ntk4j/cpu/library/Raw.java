package org.ntk4j.cpu.library;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ntk4j.core.DType;

/// Elements in memory by address.
final class Raw {
  @SuppressWarnings("restricted") // Addresses come from whoever owns the memory.
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Raw() {}

  static double get(DType dtype, long base, long index) {
    return dtype == DType.F32
        ? ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, base + 4 * index)
        : ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, base + 8 * index);
  }

  static void set(DType dtype, long base, long index, double value) {
    if (dtype == DType.F32) {
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, base + 4 * index, (float) value);
    } else {
      ALL.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, base + 8 * index, value);
    }
  }

  static void fill(long address, long bytes, byte value) {
    ALL.asSlice(address, bytes).fill(value);
  }

  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  /// Sets element `index` of an array of `long`.
  static void setLong(long base, int index, long value) {
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, base + (long) Long.BYTES * index, value);
  }

  static String text(long address) {
    return ALL.getString(address);
  }
}
