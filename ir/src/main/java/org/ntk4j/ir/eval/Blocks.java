package org.ntk4j.ir.eval;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;

/// Moves runs of elements between tensors and Java arrays.
///
/// The one place that knows how elements are stored: floating-point numbers are computed as
/// `double`, integers and booleans as `long`, and rounded, wrapped or narrowed here.
final class Blocks {
  /// Elements handled at a time: small enough for the first-level cache.
  static final int SIZE = 1024;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private Blocks() {}

  /// Array length for the runs of a loop over `n` elements.
  static int length(long n) {
    return (int) Math.min(n, SIZE);
  }

  /// `to[i] = x[from + i]` for `i < n`.
  static void load(Tensor x, long from, double[] to, int n) {
    load(x, from, 1, to, n);
  }

  /// `to[i] = x[from + i]` for `i < n`.
  static void load(Tensor x, long from, long[] to, int n) {
    load(x, from, 1, to, n);
  }

  /// `to[i] = x[from + stride * i]` for `i < n`; `x` floating point.
  static void load(Tensor x, long from, long stride, double[] to, int n) {
    MemorySegment s = x.segment();
    switch (x.dtype()) {
      case F32 -> {
        if (stride == 1) {
          // In bulk: a loop over native memory is not vectorized, one over arrays is.
          float[] raw = new float[n];
          MemorySegment.copy(s, FLOAT, from * Float.BYTES, raw, 0, n);
          for (int i = 0; i < n; i++) {
            to[i] = raw[i];
          }
        } else {
          for (int i = 0; i < n; i++) {
            to[i] = s.getAtIndex(FLOAT, from + stride * i);
          }
        }
      }
      case F64 -> {
        if (stride == 1) {
          MemorySegment.copy(s, DOUBLE, from * Double.BYTES, to, 0, n);
        } else {
          for (int i = 0; i < n; i++) {
            to[i] = s.getAtIndex(DOUBLE, from + stride * i);
          }
        }
      }
      case I32, I64, BOOL -> throw notFloating(x);
    }
  }

  /// `to[i] = x[from + stride * i]` for `i < n`; `x` integer or boolean.
  static void load(Tensor x, long from, long stride, long[] to, int n) {
    MemorySegment s = x.segment();
    switch (x.dtype()) {
      case I64 -> {
        if (stride == 1) {
          MemorySegment.copy(s, LONG, from * Long.BYTES, to, 0, n);
        } else {
          for (int i = 0; i < n; i++) {
            to[i] = s.getAtIndex(LONG, from + stride * i);
          }
        }
      }
      case I32 -> {
        for (int i = 0; i < n; i++) {
          to[i] = s.getAtIndex(INT, from + stride * i);
        }
      }
      case BOOL -> {
        if (stride == 1) {
          byte[] raw = new byte[n];
          MemorySegment.copy(s, BYTE, from, raw, 0, n);
          for (int i = 0; i < n; i++) {
            to[i] = raw[i];
          }
        } else {
          for (int i = 0; i < n; i++) {
            to[i] = s.get(BYTE, from + stride * i);
          }
        }
      }
      case F32, F64 -> throw notInteger(x);
    }
  }

  /// `y[from + i] = values[i]` for `i < n`, rounded to the dtype of `y`, which is floating point.
  static void store(double[] values, Tensor y, long from, int n) {
    store(values, y, from, 1, n);
  }

  /// `y[from + i] = values[i]` for `i < n`, modulo the size of the dtype of `y`.
  static void store(long[] values, Tensor y, long from, int n) {
    store(values, y, from, 1, n);
  }

  /// `y[from + stride * i] = values[i]` for `i < n`; `y` floating point.
  static void store(double[] values, Tensor y, long from, long stride, int n) {
    MemorySegment s = y.segment();
    switch (y.dtype()) {
      case F32 -> {
        if (stride == 1) {
          float[] raw = new float[n];
          for (int i = 0; i < n; i++) {
            raw[i] = (float) values[i];
          }
          MemorySegment.copy(raw, 0, s, FLOAT, from * Float.BYTES, n);
        } else {
          for (int i = 0; i < n; i++) {
            s.setAtIndex(FLOAT, from + stride * i, (float) values[i]);
          }
        }
      }
      case F64 -> {
        if (stride == 1) {
          MemorySegment.copy(values, 0, s, DOUBLE, from * Double.BYTES, n);
        } else {
          for (int i = 0; i < n; i++) {
            s.setAtIndex(DOUBLE, from + stride * i, values[i]);
          }
        }
      }
      case I32, I64, BOOL -> throw notFloating(y);
    }
  }

  /// `y[from + stride * i] = values[i]` for `i < n`; `y` integer or boolean.
  static void store(long[] values, Tensor y, long from, long stride, int n) {
    MemorySegment s = y.segment();
    switch (y.dtype()) {
      case I64 -> {
        if (stride == 1) {
          MemorySegment.copy(values, 0, s, LONG, from * Long.BYTES, n);
        } else {
          for (int i = 0; i < n; i++) {
            s.setAtIndex(LONG, from + stride * i, values[i]);
          }
        }
      }
      case I32 -> {
        for (int i = 0; i < n; i++) {
          s.setAtIndex(INT, from + stride * i, (int) values[i]);
        }
      }
      case BOOL -> {
        if (stride == 1) {
          byte[] raw = new byte[n];
          for (int i = 0; i < n; i++) {
            raw[i] = (byte) values[i];
          }
          MemorySegment.copy(raw, 0, s, BYTE, from, n);
        } else {
          for (int i = 0; i < n; i++) {
            s.set(BYTE, from + stride * i, (byte) values[i]);
          }
        }
      }
      case F32, F64 -> throw notInteger(y);
    }
  }

  /// `y[i] = value` for all `i`; `value` is a double's bits if the dtype is floating point.
  static void fill(Tensor y, long bits) {
    MemorySegment s = y.segment();
    long n = y.size();
    switch (y.dtype()) {
      case F32 -> fillInts(s, n, Float.floatToRawIntBits((float) Double.longBitsToDouble(bits)));
      case F64, I64 -> fillLongs(s, n, bits);
      case I32 -> fillInts(s, n, (int) bits);
      case BOOL -> s.asSlice(0, n).fill((byte) bits);
    }
  }

  private static void fillInts(MemorySegment s, long n, int value) {
    if (value == 0) {
      s.asSlice(0, n * Integer.BYTES).fill((byte) 0);
    } else {
      int[] block = new int[length(n)];
      Arrays.fill(block, value);
      for (long i = 0; i < n; i += SIZE) {
        MemorySegment.copy(block, 0, s, INT, i * Integer.BYTES, length(n - i));
      }
    }
  }

  private static void fillLongs(MemorySegment s, long n, long value) {
    if (value == 0) {
      s.asSlice(0, n * Long.BYTES).fill((byte) 0);
    } else {
      long[] block = new long[length(n)];
      Arrays.fill(block, value);
      for (long i = 0; i < n; i += SIZE) {
        MemorySegment.copy(block, 0, s, LONG, i * Long.BYTES, length(n - i));
      }
    }
  }

  private static IllegalStateException notFloating(Tensor x) {
    return new IllegalStateException("bug: " + describe(x.dtype()) + " used as floating point");
  }

  private static IllegalStateException notInteger(Tensor x) {
    return new IllegalStateException("bug: " + describe(x.dtype()) + " used as integer");
  }

  private static String describe(DType dtype) {
    return "a tensor of " + dtype;
  }
}
