package org.ntk4j.onnx;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Value;

/// One use of an operator, as its implementation sees it.
public final class Node {
  private final String name;
  private final String operator;
  private final int opset;
  private final Attributes attributes;
  private final List<Optional<Operand>> inputs;
  private final List<Boolean> wanted;
  private final Value anchor;
  private final Function<String, Subgraph> subgraphs;
  private final ObjLongConsumer<Value> indexed;

  Node(
      String name,
      String operator,
      int opset,
      Attributes attributes,
      List<Optional<Operand>> inputs,
      List<Boolean> wanted,
      Value anchor,
      Function<String, Subgraph> subgraphs,
      ObjLongConsumer<Value> indexed) {
    this.name = name;
    this.operator = operator;
    this.opset = opset;
    this.attributes = attributes;
    this.inputs = List.copyOf(inputs);
    this.wanted = List.copyOf(wanted);
    this.anchor = anchor;
    this.subgraphs = subgraphs;
    this.indexed = indexed;
  }

  /// The node's name; may be empty.
  public String name() {
    return name;
  }

  /// The operator's name.
  public String operator() {
    return operator;
  }

  /// Version of the default operator set.
  public int opset() {
    return opset;
  }

  /// The attributes.
  public Attributes attributes() {
    return attributes;
  }

  /// Number of inputs the node lists, absent ones included; absent ones at the end may not be
  /// listed.
  public int inputCount() {
    return inputs.size();
  }

  /// Input `i`, if it is given.
  public Optional<Operand> optionalInput(int i) {
    return i < inputs.size() ? inputs.get(i) : Optional.empty();
  }

  /// Input `i`.
  ///
  /// @throws OnnxException if it is not given
  public Operand input(int i) {
    return optionalInput(i).orElseThrow(() -> error("input " + i + " is missing"));
  }

  /// All inputs, of which none may be absent.
  public List<Operand> inputs() {
    return IntStream.range(0, inputs.size()).mapToObj(this::input).toList();
  }

  /// Input `i` in the program.
  public Value value(int i) {
    return input(i).value();
  }

  /// Input `i` in the program, if it is given.
  public Optional<Value> optionalValue(int i) {
    return optionalInput(i).map(Operand::value);
  }

  /// All inputs in the program.
  public List<Value> values() {
    return inputs().stream().map(Operand::value).toList();
  }

  /// Number of outputs the node lists.
  public int outputCount() {
    return wanted.size();
  }

  /// Whether the model uses output `i`.
  public boolean wants(int i) {
    return i < wanted.size() && wanted.get(i);
  }

  /// The graph in attribute `name`.
  public Subgraph subgraph(String attribute) {
    return subgraphs.apply(attribute);
  }

  /// `tensor` in the program.
  public Value constant(Tensor tensor) {
    return Constants.materialize(anchor, tensor);
  }

  /// A value of the program filled with `number`.
  public Value full(DType dtype, Shape shape, double number) {
    return anchor.full(dtype, shape, number);
  }

  /// States that `ids`, which may be negative, index an axis of `size`: a check of the data.
  public void indexes(Value ids, long size) {
    indexed.accept(ids, size);
  }

  /// `axis`, which may be negative, counted from 0.
  ///
  /// @throws OnnxException if it is no axis of a tensor of this rank
  public int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw error("axis %d is no axis of an operand of rank %d".formatted(axis, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /// Several axes, counted from 0.
  public List<Integer> axes(List<Long> axes, int rank) {
    return axes.stream().map(axis -> axis(axis, rank)).toList();
  }

  /// An error at this node.
  public OnnxException error(String message) {
    return new OnnxException(this + ": " + message);
  }

  /// E.g. `node 'a' (Reshape)`.
  @Override
  public String toString() {
    return describe(name, operator);
  }

  static String describe(String name, String operator) {
    return name.isEmpty() ? "a node (" + operator + ")" : "node '" + name + "' (" + operator + ")";
  }
}
