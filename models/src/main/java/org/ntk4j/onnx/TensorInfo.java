package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;

/// What a model declares of an input or output.
///
/// @param dtype empty if the type is not supported, or not declared
/// @param dims empty if not declared
public record TensorInfo(String name, Optional<DType> dtype, Optional<List<Dim>> dims) {
  public TensorInfo {
    dims = dims.map(List::copyOf);
  }

  /// The size of an axis: fixed, or free and perhaps named.
  public record Dim(OptionalLong size, String symbol) {
    @Override
    public String toString() {
      return size.isPresent() ? Long.toString(size.getAsLong()) : symbol.isEmpty() ? "?" : symbol;
    }
  }

  static TensorInfo of(ValueInfoProto proto, TensorReader tensors) {
    if (!proto.getType().hasTensorType()) {
      return new TensorInfo(proto.getName(), Optional.empty(), Optional.empty());
    }
    var type = proto.getType().getTensorType();
    Optional<List<Dim>> dims = Optional.empty();
    if (type.hasShape()) {
      List<Dim> found = new ArrayList<>();
      for (TensorShapeProto.Dimension d : type.getShape().getDimList()) {
        if (d.hasDimValue() && d.getDimValue() < 0) {
          throw new OnnxException(
              "'%s' has a dim of %d; expected none below 0"
                  .formatted(proto.getName(), d.getDimValue()));
        }
        found.add(
            d.hasDimValue()
                ? new Dim(OptionalLong.of(d.getDimValue()), "")
                : new Dim(OptionalLong.empty(), d.getDimParam()));
      }
      dims = Optional.of(found);
    }
    return new TensorInfo(proto.getName(), tensors.dtype(type.getElemType()), dims);
  }

  /// Whether the model is made for one example only.
  public boolean isForOne() {
    return dims.isPresent()
        && !dims.get().isEmpty()
        && dims.get().getFirst().size().equals(OptionalLong.of(1));
  }

  /// Whether `shape` is one of those declared, axis 0 left out if `batched`.
  public boolean admits(Shape shape, boolean batched) {
    if (dims.isEmpty()) {
      return true;
    }
    if (dims.get().size() != shape.rank()) {
      return false;
    }
    for (int i = batched ? 1 : 0; i < shape.rank(); i++) {
      OptionalLong size = dims.get().get(i).size();
      if (size.isPresent() && size.getAsLong() != shape.dim(i)) {
        return false;
      }
    }
    return true;
  }

  /// E.g. `f32[N,3,224,224]`.
  @Override
  public String toString() {
    return dtype.map(DType::toString).orElse("?")
        + dims.map(d -> d.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
            .orElse("[...]");
  }
}
