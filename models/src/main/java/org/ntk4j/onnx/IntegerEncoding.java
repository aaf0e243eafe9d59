package org.ntk4j.onnx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.lang.foreign.MemorySegment;
import org.ntk4j.core.DType;

/// How integers and truth values are written down.
enum IntegerEncoding implements Encoding {
  BOOL(1, DType.BOOL),
  INT8(1, DType.I32),
  UINT8(1, DType.I32),
  INT16(2, DType.I32),
  UINT16(2, DType.I32),
  INT32(4, DType.I32),
  UINT32(4, DType.I64),
  INT64(8, DType.I64),
  UINT64(8, DType.I64);

  private final int bytes;
  private final DType dtype;

  IntegerEncoding(int bytes, DType dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  /// Whether the type has no dtype of its own here.
  boolean isNarrow() {
    return switch (this) {
      case INT8, UINT8, INT16, UINT16, UINT32, UINT64 -> true;
      case BOOL, INT32, INT64 -> false;
    };
  }

  /// Whether there are numbers below 0.
  boolean isSigned() {
    return switch (this) {
      case INT8, INT16, INT32, INT64 -> true;
      case BOOL, UINT8, UINT16, UINT32, UINT64 -> false;
    };
  }

  @Override
  public int listed(TensorProto proto) {
    return switch (this) {
      case BOOL, INT8, UINT8, INT16, UINT16, INT32 -> proto.getInt32DataCount();
      case UINT32, UINT64 -> proto.getUint64DataCount();
      case INT64 -> proto.getInt64DataCount();
    };
  }

  /// Element `i` of those that `proto` lists.
  ///
  /// @param where the elements are, for errors
  long listed(TensorProto proto, int i, String where) {
    return switch (this) {
      case BOOL, INT8, UINT8, INT16, UINT16, INT32 -> proto.getInt32Data(i);
      case UINT32, UINT64 -> signed(proto.getUint64Data(i), where);
      case INT64 -> proto.getInt64Data(i);
    };
  }

  /// Element `i` of packed ones.
  ///
  /// @param where the elements are, for errors
  long packed(MemorySegment data, long i, String where) {
    return switch (this) {
      case BOOL -> data.get(JAVA_BYTE, i) == 0 ? 0 : 1;
      case INT8 -> data.get(JAVA_BYTE, i);
      case UINT8 -> Byte.toUnsignedLong(data.get(JAVA_BYTE, i));
      case INT16 -> data.get(SHORT, i * bytes);
      case UINT16 -> Short.toUnsignedLong(data.get(SHORT, i * bytes));
      case INT32 -> data.get(INT, i * bytes);
      case UINT32 -> Integer.toUnsignedLong(data.get(INT, i * bytes));
      case INT64 -> data.get(LONG, i * bytes);
      case UINT64 -> signed(data.get(LONG, i * bytes), where);
    };
  }

  private static long signed(long value, String where) {
    if (value < 0) {
      throw new OnnxException(
          "%s holds the uint64 %s; expected at most %d"
              .formatted(where, Long.toUnsignedString(value), Long.MAX_VALUE));
    }
    return value;
  }
}
