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
  private final Optional<IndexRanges> ranges;
  private final Map<String, Operand> values = new HashMap<>();

  private Scope(Optional<Scope> outer, Value anchor, Optional<IndexRanges> ranges) {
    this.outer = outer;
    this.anchor = anchor;
    this.ranges = ranges;
  }

  /// A scope in the program of `anchor`.
  ///
  /// @param ranges takes down which indices are met, if that is asked for
  static Scope of(Value anchor, Optional<IndexRanges> ranges) {
    return new Scope(Optional.empty(), anchor, ranges);
  }

  /// A scope within this one.
  ///
  /// @param body whether it is that of a program of its own, whose values do not leave it
  Scope inner(boolean body) {
    return new Scope(Optional.of(this), anchor, body ? Optional.empty() : ranges);
  }

  /// The scope of a function called in this one.
  Scope called() {
    return of(anchor, ranges);
  }

  /// Takes down that `ids` index an axis of `size`.
  void index(String where, Value ids, long size) {
    ranges.ifPresent(r -> r.add(where, ids, size));
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
