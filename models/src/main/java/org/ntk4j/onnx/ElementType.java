package org.ntk4j.onnx;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.ntk4j.core.DType;

/// Element types of ONNX, and what they become here.
///
/// Narrow integers widen to the dtype that holds them all; `uint64` becomes `i64`, where larger
/// values are an error.
enum ElementType {
  FLOAT(1, 4, DType.F32),
  UINT8(2, 1, DType.I32),
  INT8(3, 1, DType.I32),
  UINT16(4, 2, DType.I32),
  INT16(5, 2, DType.I32),
  INT32(6, 4, DType.I32),
  INT64(7, 8, DType.I64),
  STRING(8, 0),
  BOOL(9, 1, DType.BOOL),
  FLOAT16(10, 2, DType.F32),
  DOUBLE(11, 8, DType.F64),
  UINT32(12, 4, DType.I64),
  UINT64(13, 8, DType.I64),
  COMPLEX64(14, 8),
  COMPLEX128(15, 16),
  BFLOAT16(16, 2, DType.F32),
  FLOAT8E4M3FN(17, 1),
  FLOAT8E4M3FNUZ(18, 1),
  FLOAT8E5M2(19, 1),
  FLOAT8E5M2FNUZ(20, 1),
  UINT4(21, 0),
  INT4(22, 0),
  FLOAT4E2M1(23, 0),
  FLOAT8E8M0(24, 1);

  private final int number;
  private final int bytes;
  private final Optional<DType> dtype;

  ElementType(int number, int bytes, DType dtype) {
    this.number = number;
    this.bytes = bytes;
    this.dtype = Optional.of(dtype);
  }

  ElementType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
    this.dtype = Optional.empty();
  }

  /// The type with this number in ONNX, if there is one.
  static Optional<ElementType> of(int number) {
    return Arrays.stream(values()).filter(t -> t.number == number).findFirst();
  }

  /// Bytes of an element in a file.
  int bytes() {
    return bytes;
  }

  /// What the type becomes here, if it is supported.
  Optional<DType> dtype() {
    return dtype;
  }

  /// Whether it is half precision, converted on request only.
  boolean isHalf() {
    return this == FLOAT16 || this == BFLOAT16;
  }

  /// Whether it is an integer type that has no dtype of its own here.
  boolean isNarrow() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, UINT64 -> true;
      case FLOAT,
          INT32,
          INT64,
          STRING,
          BOOL,
          FLOAT16,
          DOUBLE,
          COMPLEX64,
          COMPLEX128,
          BFLOAT16,
          FLOAT8E4M3FN,
          FLOAT8E4M3FNUZ,
          FLOAT8E5M2,
          FLOAT8E5M2FNUZ,
          UINT4,
          INT4,
          FLOAT4E2M1,
          FLOAT8E8M0 ->
          false;
    };
  }

  /// Whether an integer type holds numbers below 0.
  boolean isSigned() {
    return this == INT8 || this == INT16 || this == INT32 || this == INT64;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
