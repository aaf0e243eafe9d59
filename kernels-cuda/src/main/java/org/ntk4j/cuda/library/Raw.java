package org.ntk4j.cuda.library;

import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.ntk4j.core.DType;

/// Addresses as the presets want them.
final class Raw {
  private Raw() {}

  /// Memory at an address.
  static final class Memory extends Pointer {
    Memory(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }

  /// The driver's stream at an address.
  static final class Queue extends CUstream_st {
    Queue(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }

  /// A number in the host's memory: of the type that factors of results of `dtype` have.
  static Pointer scalar(DType dtype, double value) {
    return switch (dtype) {
      case F32 -> new FloatPointer(new float[] {(float) value});
      case F64 -> new DoublePointer(value);
      case I32, I64, BOOL -> throw new IllegalStateException("bug: a library for " + dtype);
    };
  }
}
