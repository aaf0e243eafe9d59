package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// Tensors out of messages: inline, packed, or in a file next to the model.
final class TensorReader {
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
    Encoding type =
        ElementType.of(proto.getDataType()).flatMap(ElementType::encoding).orElseThrow();
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
      MemorySegment data, Encoding type, DType target, Shape shape, String where) {
    checkCount(data.byteSize(), shape, "bytes", type.bytes(), where);
    Tensor tensor = Tensor.zeros(target, shape);
    for (long i = 0; i < tensor.size(); i++) {
      switch (type) {
        case FloatEncoding floats -> tensor.setDouble(i, floats.packed(data, i));
        case IntegerEncoding integers -> tensor.setLong(i, integers.packed(data, i, where));
      }
    }
    return tensor;
  }

  private static Tensor typed(
      TensorProto proto, Encoding type, DType target, Shape shape, String where) {
    int count = type.listed(proto);
    checkCount(count, shape, "elements", 1, where);
    Tensor tensor = Tensor.zeros(target, shape);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FloatEncoding floats -> tensor.setDouble(i, floats.listed(proto, i));
        case IntegerEncoding integers -> tensor.setLong(i, integers.listed(proto, i, where));
      }
    }
    return tensor;
  }
}
