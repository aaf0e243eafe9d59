package org.ntk4j.cpu.library;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.ntk4j.core.DType;

/// Arrays of the tests, in native memory.
final class Memory {
  private static final long ALIGNMENT = 64;

  private Memory() {}

  /// Multiples of 1/16 below 2: their products are exact, and sums of a few.
  static double[] random(Random random, long size) {
    double[] values = new double[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(64) - 32) / 16.0;
    }
    return values;
  }

  static long copy(Arena arena, DType dtype, double[] values) {
    long address = bytes(arena, (long) values.length * dtype.sizeBytes());
    for (int i = 0; i < values.length; i++) {
      Raw.set(dtype, address, i, values[i]);
    }
    return address;
  }

  /// Memory of which nothing is known: every bit is 1, that is NaN.
  static long bytes(Arena arena, long size) {
    MemorySegment segment = arena.allocate(Math.max(ALIGNMENT, size), ALIGNMENT);
    segment.fill((byte) -1);
    return segment.address();
  }

  @SuppressWarnings("restricted") // The address is of memory that the caller owns.
  static byte[] bits(DType dtype, long address, long size) {
    byte[] bits = new byte[Math.toIntExact(size * dtype.sizeBytes())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = MemorySegment.ofAddress(address + i).reinterpret(1).get(ValueLayout.JAVA_BYTE, 0);
    }
    return bits;
  }

  /// Elements from the first to the last of an array.
  static long extent(List<Long> sizes, List<Long> strides) {
    long last = 0;
    for (int d = 0; d < sizes.size(); d++) {
      if (sizes.get(d) == 0) {
        return 0;
      }
      last += (sizes.get(d) - 1) * Math.abs(strides.get(d));
    }
    return last + 1;
  }
}
