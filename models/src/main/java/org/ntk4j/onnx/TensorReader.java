package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// Tensors out of messages: inline, packed, or in a file next to the model.
final class TensorReader {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Optional<DType> floats;
  private final boolean convertHalf;
  private final OptionalLong seed;
  private final ExternalData external;

  TensorReader(OnnxOptions options, ExternalData external) {
    this.floats = options.floats();
    this.convertHalf = options.convertHalf();
    this.seed = options.seed();
    this.external = external;
  }

  /// The seed that random numbers are drawn with, if any.
  OptionalLong seed() {
    return seed;
  }

  /// What the type with this number becomes; empty if it is not supported.
  Optional<DType> dtype(int number) {
    return ElementType.of(number)
        .filter(type -> convertHalf || !type.isHalf())
        .flatMap(ElementType::dtype)
        .map(own -> own.isFloating() ? floats.orElse(own) : own);
  }

  /// What the type with this number becomes.
  ///
  /// @throws OnnxException if it is not supported
  DType dtype(int number, String where) {
    return dtype(number)
        .orElseThrow(() -> new OnnxException(where + " has " + unsupported(number)));
  }

  /// Says of an unsupported type what it is.
  static String unsupported(int number) {
    String name = ElementType.of(number).map(ElementType::toString).orElse("number " + number);
    boolean half = ElementType.of(number).filter(ElementType::isHalf).isPresent();
    return "element type "
        + name
        + (half
            ? ", which is converted only on request (by --dtype f32, or OnnxOptions.convertHalf)"
            : "; expected floats, integers or booleans");
  }

  /// The tensor of a message.
  ///
  /// @throws OnnxException if type, dims and data do not fit together
  Tensor read(TensorProto proto, String where) {
    DType target = dtype(proto.getDataType(), where);
    ElementType type = ElementType.of(proto.getDataType()).orElseThrow();
    if (proto.hasSegment()) {
      throw new OnnxException(where + " is stored in segments, which no exporter writes");
    }
    Shape shape = shape(proto.getDimsList(), where);
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      long bytes = Math.multiplyExact(shape.size(), type.bytes());
      return decode(external.read(proto, bytes, where), type, target, shape, where);
    }
    if (proto.hasRawData()) {
      ByteString data = proto.getRawData();
      MemorySegment bytes = MemorySegment.ofBuffer(data.asReadOnlyByteBuffer());
      return decode(bytes, type, target, shape, where);
    }
    return typed(proto, type, target, shape, where);
  }

  private static Shape shape(List<Long> dims, String where) {
    long size = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new OnnxException("%s has dims %s; expected none below 0".formatted(where, dims));
      }
      if (dim != 0 && size > (Long.MAX_VALUE >> 8) / dim) {
        throw new OnnxException("%s has dims %s, more than can be stored".formatted(where, dims));
      }
      size *= dim;
    }
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new OnnxException("%s has dims %s: %s".formatted(where, dims, e.getMessage()), e);
    }
  }

  private static void checkCount(long count, Shape shape, String unit, long each, String where) {
    if (count != Math.multiplyExact(shape.size(), each)) {
      throw new OnnxException(
          "%s has shape %s, but %d %s of data; expected %d"
              .formatted(where, shape, count, unit, shape.size() * each));
    }
  }

  private static Tensor decode(
      MemorySegment data, ElementType type, DType target, Shape shape, String where) {
    checkCount(data.byteSize(), shape, "bytes", type.bytes(), where);
    Tensor tensor = Tensor.zeros(target, shape);
    for (long i = 0; i < tensor.size(); i++) {
      if (target.isFloating()) {
        tensor.setDouble(i, number(data, type, i));
      } else {
        tensor.setLong(i, integer(data, type, i, where));
      }
    }
    return tensor;
  }

  private static double number(MemorySegment data, ElementType type, long i) {
    if (type == ElementType.FLOAT) {
      return data.get(FLOAT, i * 4);
    }
    if (type == ElementType.DOUBLE) {
      return data.get(DOUBLE, i * 8);
    }
    return half(type, data.get(SHORT, i * 2));
  }

  private static float half(ElementType type, short bits) {
    return type == ElementType.FLOAT16
        ? Float.float16ToFloat(bits)
        : Float.intBitsToFloat(bits << 16);
  }

  private static long integer(MemorySegment data, ElementType type, long i, String where) {
    return switch (type) {
      case BOOL -> data.get(ValueLayout.JAVA_BYTE, i) == 0 ? 0 : 1;
      case INT8 -> data.get(ValueLayout.JAVA_BYTE, i);
      case UINT8 -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, i));
      case INT16 -> data.get(SHORT, i * 2);
      case UINT16 -> Short.toUnsignedLong(data.get(SHORT, i * 2));
      case INT32 -> data.get(INT, i * 4);
      case UINT32 -> Integer.toUnsignedLong(data.get(INT, i * 4));
      case INT64 -> data.get(LONG, i * 8);
      case UINT64 -> signed(data.get(LONG, i * 8), where);
      case FLOAT,
          STRING,
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
          throw new IllegalStateException("bug: " + type + " is no integer type");
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

  private static Tensor typed(
      TensorProto proto, ElementType type, DType target, Shape shape, String where) {
    int count =
        switch (type) {
          case FLOAT -> proto.getFloatDataCount();
          case DOUBLE -> proto.getDoubleDataCount();
          case INT64 -> proto.getInt64DataCount();
          case UINT32, UINT64 -> proto.getUint64DataCount();
          case UINT8, INT8, UINT16, INT16, INT32, BOOL, FLOAT16, BFLOAT16 ->
              proto.getInt32DataCount();
          case STRING,
              COMPLEX64,
              COMPLEX128,
              FLOAT8E4M3FN,
              FLOAT8E4M3FNUZ,
              FLOAT8E5M2,
              FLOAT8E5M2FNUZ,
              UINT4,
              INT4,
              FLOAT4E2M1,
              FLOAT8E8M0 ->
              throw new IllegalStateException("bug: " + type + " was let through");
        };
    checkCount(count, shape, "elements", 1, where);
    Tensor tensor = Tensor.zeros(target, shape);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT -> tensor.setDouble(i, proto.getFloatData(i));
        case DOUBLE -> tensor.setDouble(i, proto.getDoubleData(i));
        case FLOAT16, BFLOAT16 -> tensor.setDouble(i, half(type, (short) proto.getInt32Data(i)));
        case INT64 -> tensor.setLong(i, proto.getInt64Data(i));
        case UINT32, UINT64 -> tensor.setLong(i, signed(proto.getUint64Data(i), where));
        case UINT8, INT8, UINT16, INT16, INT32, BOOL -> tensor.setLong(i, proto.getInt32Data(i));
        case STRING,
            COMPLEX64,
            COMPLEX128,
            FLOAT8E4M3FN,
            FLOAT8E4M3FNUZ,
            FLOAT8E5M2,
            FLOAT8E5M2FNUZ,
            UINT4,
            INT4,
            FLOAT4E2M1,
            FLOAT8E8M0 ->
            throw new IllegalStateException("bug: " + type + " was let through");
      }
    }
    return tensor;
  }
}
