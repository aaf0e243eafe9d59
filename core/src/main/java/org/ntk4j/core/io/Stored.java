package org.ntk4j.core.io;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ntk4j.core.DType;

/// How elements lie in a file, and the dtype that holds all of their values.
enum Stored {
  BOOL("b1", 1, DType.BOOL),
  INT8("i1", 1, DType.I32),
  INT16("i2", 2, DType.I32),
  INT32("i4", 4, DType.I32),
  INT64("i8", 8, DType.I64),
  UINT8("u1", 1, DType.I32),
  UINT16("u2", 2, DType.I32),
  UINT32("u4", 4, DType.I64),
  FLOAT16("f2", 2, DType.F32),
  FLOAT32("f4", 4, DType.F32),
  FLOAT64("f8", 8, DType.F64);

  private final String code;
  private final int sizeBytes;
  private final DType dtype;

  Stored(String code, int sizeBytes, DType dtype) {
    this.code = code;
    this.sizeBytes = sizeBytes;
    this.dtype = dtype;
  }

  /// The type that NumPy abbreviates so, e.g. `f8`.
  static Optional<Stored> ofCode(String code) {
    return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
  }

  /// The type in which elements of `dtype` are written.
  static Stored of(DType dtype) {
    return switch (dtype) {
      case F32 -> FLOAT32;
      case F64 -> FLOAT64;
      case I32 -> INT32;
      case I64 -> INT64;
      case BOOL -> BOOL;
    };
  }

  /// All codes, for messages.
  static String codes() {
    return Arrays.stream(values()).map(Stored::code).collect(Collectors.joining(", "));
  }

  String code() {
    return code;
  }

  int sizeBytes() {
    return sizeBytes;
  }

  DType dtype() {
    return dtype;
  }
}
