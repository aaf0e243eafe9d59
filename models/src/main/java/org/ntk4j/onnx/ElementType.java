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
  FLOAT(1, FloatEncoding.FLOAT),
  UINT8(2, IntegerEncoding.UINT8),
  INT8(3, IntegerEncoding.INT8),
  UINT16(4, IntegerEncoding.UINT16),
  INT16(5, IntegerEncoding.INT16),
  INT32(6, IntegerEncoding.INT32),
  INT64(7, IntegerEncoding.INT64),
  STRING(8),
  BOOL(9, IntegerEncoding.BOOL),
  FLOAT16(10, FloatEncoding.FLOAT16),
  DOUBLE(11, FloatEncoding.DOUBLE),
  UINT32(12, IntegerEncoding.UINT32),
  UINT64(13, IntegerEncoding.UINT64),
  COMPLEX64(14),
  COMPLEX128(15),
  BFLOAT16(16, FloatEncoding.BFLOAT16),
  FLOAT8E4M3FN(17),
  FLOAT8E4M3FNUZ(18),
  FLOAT8E5M2(19),
  FLOAT8E5M2FNUZ(20),
  UINT4(21),
  INT4(22),
  FLOAT4E2M1(23),
  FLOAT8E8M0(24);

  private final int number;
  private final Optional<Encoding> encoding;

  ElementType(int number, Encoding encoding) {
    this.number = number;
    this.encoding = Optional.of(encoding);
  }

  ElementType(int number) {
    this.number = number;
    this.encoding = Optional.empty();
  }

  /// The type with this number in ONNX, if there is one.
  static Optional<ElementType> of(int number) {
    return Arrays.stream(values()).filter(t -> t.number == number).findFirst();
  }

  /// How its elements are written down, if it is supported.
  Optional<Encoding> encoding() {
    return encoding;
  }

  /// What the type becomes here, if it is supported.
  Optional<DType> dtype() {
    return encoding.map(Encoding::dtype);
  }

  /// Whether it is half precision, converted on request only.
  boolean isHalf() {
    return this == FLOAT16 || this == BFLOAT16;
  }

  /// Whether it is an integer type that has no dtype of its own here.
  boolean isNarrow() {
    return encoding
        .filter(e -> e instanceof IntegerEncoding integers && integers.isNarrow())
        .isPresent();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
