package org.ntk4j.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Value;

/// A value of a model while it is imported: *known*, such as a shape, or *traced*, such as what
/// depends on a parameter or an input; or a sequence of such values.
///
/// An operator whose operands are all known is computed at once, so that arithmetic on shapes
/// leaves nothing behind in the program.
public final class Operand {
  private static final String NOWHERE = "an operand";

  private final Optional<Tensor> known;
  private final Supplier<Value> value;
  private final Optional<Aval> aval;
  private final List<Operand> items;
  private final String where;

  private Operand(
      Optional<Tensor> known,
      Supplier<Value> value,
      Optional<Aval> aval,
      List<Operand> items,
      String where) {
    this.known = known;
    this.value = value;
    this.aval = aval;
    this.items = items;
    this.where = where;
  }

  /// A traced operand.
  public static Operand of(Value value) {
    return new Operand(
        Optional.empty(), () -> value, Optional.of(value.aval()), List.of(), NOWHERE);
  }

  /// A known operand, as the result of an operator.
  public static Operand known(Tensor tensor) {
    return known(
        tensor,
        () -> {
          throw new IllegalStateException("bug: a known result has no value before it is an input");
        });
  }

  /// A known operand that `value` brings into the program.
  static Operand known(Tensor tensor, Supplier<Value> value) {
    Aval aval = new Aval(tensor.dtype(), tensor.shape());
    return new Operand(Optional.of(tensor), value, Optional.of(aval), List.of(), NOWHERE);
  }

  /// A sequence.
  static Operand sequence(List<Operand> items) {
    return new Operand(
        Optional.empty(),
        () -> {
          throw new IllegalStateException("bug: a sequence has no value");
        },
        Optional.empty(),
        List.copyOf(items),
        NOWHERE);
  }

  /// This operand as error messages should call it, such as `node 'a' (Reshape): input 1`.
  Operand at(String place) {
    return new Operand(known, value, aval, items, place);
  }

  /// This operand with another way into a program.
  Operand with(Supplier<Value> entry) {
    return new Operand(known, entry, aval, items, where);
  }

  /// Dtype and shape.
  ///
  /// @throws OnnxException if it is a sequence
  public Aval aval() {
    return aval.orElseThrow(() -> new OnnxException(where + " is a sequence; expected a tensor"));
  }

  /// Whether it is a sequence.
  boolean isSequence() {
    return aval.isEmpty();
  }

  /// The values of a sequence.
  ///
  /// @throws OnnxException if it is a tensor
  List<Operand> items() {
    if (aval.isPresent()) {
      throw new OnnxException(where + " is " + aval.get() + "; expected a sequence");
    }
    return items;
  }

  /// Element type.
  public DType dtype() {
    return aval().dtype();
  }

  /// Axis sizes.
  public Shape shape() {
    return aval().shape();
  }

  /// Number of axes.
  public int rank() {
    return aval().rank();
  }

  /// Whether the elements are known.
  public boolean isKnown() {
    return known.isPresent();
  }

  /// The elements, if they are known.
  public Optional<Tensor> known() {
    return known;
  }

  /// The operand in the program being recorded; a known one becomes a constant of it.
  ///
  /// @throws OnnxException if it is a sequence
  public Value value() {
    aval();
    return value.get();
  }

  /// The elements.
  ///
  /// @throws OnnxException if they depend on data
  public Tensor tensor() {
    return known.orElseThrow(() ->
        new OnnxException(
            where + " depends on data; expected a value that is known when a model is imported"));
  }

  /// The elements of an integer vector or scalar, such as a shape, axes or sizes.
  ///
  /// @throws OnnxException if they depend on data
  public List<Long> longs() {
    Tensor found = tensor();
    if (found.dtype().isFloating() || found.rank() > 1) {
      throw new OnnxException(where + " is " + aval() + "; expected a vector of integers");
    }
    return LongStream.of(found.toLongs()).boxed().toList();
  }

  /// The only element of an integer or boolean operand.
  ///
  /// @throws OnnxException if it depends on data
  public long integer() {
    return single().getLong(0);
  }

  /// The only element.
  ///
  /// @throws OnnxException if it depends on data
  public double number() {
    return single().getDouble(0);
  }

  /// The elements as numbers.
  ///
  /// @throws OnnxException if they depend on data
  public List<Double> numbers() {
    return Arrays.stream(tensor().toDoubles()).boxed().toList();
  }

  private Tensor single() {
    Tensor found = tensor();
    if (found.size() != 1) {
      throw new OnnxException(where + " is " + aval() + "; expected one element");
    }
    return found;
  }

  @Override
  public String toString() {
    return aval.map(a -> (isKnown() ? "known " : "traced ") + a)
        .orElseGet(() -> "sequence of " + items.size());
  }
}
