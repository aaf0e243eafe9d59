package org.ntk4j.cpu.run;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;

/// Memory by address. Whoever calls owns it.
final class Addresses {
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Addresses() {}

  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  static void zero(long address, long bytes) {
    ALL.asSlice(address, bytes).fill((byte) 0);
  }

  static void setLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG, address, value);
  }

  static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT, address);
  }

  static boolean getBoolean(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address) != 0;
  }

  /// Writes an element that is given as a literal.
  static void set(DType dtype, long address, long bits) {
    switch (dtype) {
      case F32 -> ALL.set(ValueLayout.JAVA_FLOAT, address, (float) Double.longBitsToDouble(bits));
      case F64 -> ALL.set(ValueLayout.JAVA_DOUBLE, address, Double.longBitsToDouble(bits));
      case I32 -> ALL.set(ValueLayout.JAVA_INT, address, (int) bits);
      case I64 -> ALL.set(ValueLayout.JAVA_LONG, address, bits);
      case BOOL -> ALL.set(ValueLayout.JAVA_BYTE, address, (byte) (bits == 0 ? 0 : 1));
    }
  }

  /// The tensor whose elements are here.
  static Tensor tensor(long address, Aval aval) {
    long bytes = aval.size() * aval.dtype().sizeBytes();
    return Tensor.wrap(aval.dtype(), aval.shape(), ALL.asSlice(address, bytes));
  }
}
