package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;

/// The attributes of a node, by name and type.
///
/// A getter with a default gives it where the attribute is missing; one without is an error there.
/// An attribute of another type is an error everywhere.
public final class Attributes {
  private final String where;
  private final Map<String, AttributeProto> byName;
  private final TensorReader tensors;
  private final Place place;

  /// @param node number of the node among all of the model
  /// @param repeated whether it is in the body of a loop
  record Place(long node, boolean repeated) {}

  Attributes(String where, Map<String, AttributeProto> byName, TensorReader tensors, Place place) {
    this.where = where;
    this.byName = Map.copyOf(byName);
    this.tensors = tensors;
    this.place = place;
  }

  /// Whether the attribute is given.
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /// An integer.
  public Optional<Long> integer(String name) {
    return get(name, AttributeType.INT, AttributeProto::getI);
  }

  /// An integer.
  public long integer(String name, long otherwise) {
    return integer(name).orElse(otherwise);
  }

  /// An integer other than 0.
  public boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  /// A number; ONNX stores `f32`.
  public Optional<Double> number(String name) {
    return get(name, AttributeType.FLOAT, a -> (double) a.getF());
  }

  /// A number; ONNX stores `f32`.
  public double number(String name, double otherwise) {
    return number(name).orElse(otherwise);
  }

  /// A string.
  public Optional<String> text(String name) {
    return get(name, AttributeType.STRING, a -> a.getS().toStringUtf8());
  }

  /// A string.
  public String text(String name, String otherwise) {
    return text(name).orElse(otherwise);
  }

  /// Integers.
  public Optional<List<Long>> integers(String name) {
    return get(name, AttributeType.INTS, a -> List.copyOf(a.getIntsList()));
  }

  /// Integers.
  public List<Long> integers(String name, List<Long> otherwise) {
    return integers(name).orElse(otherwise);
  }

  /// Numbers.
  public Optional<List<Double>> numbers(String name) {
    return get(
        name,
        AttributeType.FLOATS,
        a -> a.getFloatsList().stream().map(Float::doubleValue).toList());
  }

  /// Strings.
  public Optional<List<String>> texts(String name) {
    return get(
        name,
        AttributeType.STRINGS,
        a -> a.getStringsList().stream().map(s -> s.toStringUtf8()).toList());
  }

  /// A tensor.
  public Optional<Tensor> tensor(String name) {
    return get(
        name, AttributeType.TENSOR, a -> tensors.read(a.getT(), where + ": attribute " + name));
  }

  /// An element type, given by its number in ONNX.
  public Optional<DType> dtype(String name) {
    return integer(name).map(type -> tensors.dtype(type.intValue(), where + ": attribute " + name));
  }

  /// Why the element type that an attribute names cannot be imported, if so.
  Optional<String> dtypeProblem(String name) {
    return integer(name)
        .filter(type -> tensors.dtype(type.intValue()).isEmpty())
        .map(type -> "of " + TensorReader.unsupported(type.intValue()));
  }

  /// Why the tensor in an attribute cannot be imported, if so.
  Optional<String> tensorProblem(String name) {
    return tensorType(name)
        .filter(type -> tensors.dtype(type).isEmpty())
        .map(type -> "of " + TensorReader.unsupported(type));
  }

  /// The number of the element type of the tensor in an attribute.
  Optional<Integer> tensorType(String name) {
    return raw(name)
        .filter(a -> a.getType() == AttributeType.TENSOR)
        .map(a -> a.getT().getDataType());
  }

  /// What `f32` becomes, in which ONNX writes numbers that have no type.
  DType floats() {
    return tensors.dtype(1).orElse(DType.F32);
  }

  /// The value of an attribute that an operator requires.
  ///
  /// @throws OnnxException if it is missing
  public <T> T required(String name, Optional<T> value) {
    return value.orElseThrow(
        () -> new OnnxException(where + ": attribute " + name + " is missing"));
  }

  /// What random numbers of the node are drawn with: its own seed, or one made of that of the
  /// import; none in a loop, whose iterations must not draw the same numbers.
  OptionalLong seed() {
    Optional<AttributeProto> own = raw("seed");
    if (place.repeated()) {
      return OptionalLong.empty();
    }
    if (own.isPresent() && own.get().getType() == AttributeType.INT) {
      return OptionalLong.of(own.get().getI());
    }
    Optional<Double> number = number("seed");
    return number.isPresent()
        ? OptionalLong.of(Double.doubleToLongBits(number.get()))
        : tensors.seed().stream().map(s -> RandomKey.of(s).fold(place.node()).seed()).findFirst();
  }

  /// Whether the node is in the body of a loop.
  boolean isRepeated() {
    return place.repeated();
  }

  Optional<AttributeProto> raw(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private <T> Optional<T> get(String name, AttributeType type, Function<AttributeProto, T> read) {
    Optional<AttributeProto> found = raw(name);
    if (found.isPresent() && found.get().getType() != type) {
      throw new OnnxException(
          "%s: attribute %s is of type %s; expected %s"
              .formatted(where, name, found.get().getType(), type));
    }
    return found.map(read);
  }
}
