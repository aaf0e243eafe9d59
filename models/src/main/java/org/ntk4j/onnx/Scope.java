package org.ntk4j.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Value;

/// The values of names while a graph is recorded, and of the graphs around it.
final class Scope {
  private final Optional<Scope> outer;
  private final Value anchor;
  private final Map<String, Operand> values = new HashMap<>();

  private Scope(Optional<Scope> outer, Value anchor) {
    this.outer = outer;
    this.anchor = anchor;
  }

  /// A scope in the program of `anchor`.
  static Scope of(Value anchor) {
    return new Scope(Optional.empty(), anchor);
  }

  /// A scope within this one.
  Scope inner() {
    return new Scope(Optional.of(this), anchor);
  }

  /// Any value of the program being recorded.
  Value anchor() {
    return anchor;
  }

  /// `tensor` as an operand that can enter the program.
  Operand known(Tensor tensor) {
    return Operand.known(tensor, () -> Constants.materialize(anchor, tensor));
  }

  /// Binds `name`; a known result of an operator becomes one that can enter the program.
  void put(String name, Operand operand) {
    values.put(name, entered(operand));
  }

  private Operand entered(Operand operand) {
    return operand.isSequence()
        ? Operand.sequence(operand.items().stream().map(this::entered).toList())
        : operand.known().map(this::known).orElse(operand);
  }

  /// The value of `name`, if it has one.
  Optional<Operand> find(String name) {
    Optional<Operand> own = Optional.ofNullable(values.get(name));
    return own.isPresent() ? own : outer.flatMap(scope -> scope.find(name));
  }

  /// Binds several names.
  void putAll(List<String> names, List<Operand> operands) {
    for (int i = 0; i < names.size(); i++) {
      put(names.get(i), operands.get(i));
    }
  }
}
