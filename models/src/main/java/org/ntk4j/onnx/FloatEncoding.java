package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.lang.foreign.MemorySegment;
import org.ntk4j.core.DType;

/// How floating-point numbers are written down.
enum FloatEncoding implements Encoding {
  FLOAT(4, DType.F32),
  DOUBLE(8, DType.F64),
  /// Listed as integers with the same bits, as the next one.
  FLOAT16(2, DType.F32),
  BFLOAT16(2, DType.F32);

  private final int bytes;
  private final DType dtype;

  FloatEncoding(int bytes, DType dtype) {
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

  @Override
  public int listed(TensorProto proto) {
    return switch (this) {
      case FLOAT -> proto.getFloatDataCount();
      case DOUBLE -> proto.getDoubleDataCount();
      case FLOAT16, BFLOAT16 -> proto.getInt32DataCount();
    };
  }

  /// Element `i` of those that `proto` lists.
  double listed(TensorProto proto, int i) {
    return switch (this) {
      case FLOAT -> proto.getFloatData(i);
      case DOUBLE -> proto.getDoubleData(i);
      case FLOAT16 -> Float.float16ToFloat((short) proto.getInt32Data(i));
      case BFLOAT16 -> brain((short) proto.getInt32Data(i));
    };
  }

  /// Element `i` of packed ones.
  double packed(MemorySegment data, long i) {
    return switch (this) {
      case FLOAT -> Float.intBitsToFloat(data.get(INT, i * bytes));
      case DOUBLE -> Double.longBitsToDouble(data.get(LONG, i * bytes));
      case FLOAT16 -> Float.float16ToFloat(data.get(SHORT, i * bytes));
      case BFLOAT16 -> brain(data.get(SHORT, i * bytes));
    };
  }

  private static float brain(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
