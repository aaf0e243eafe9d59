package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Value;

/// What one operator computes from opset `since` on, until a row of the same name with a later
/// `since`.
///
/// @param name the operator's name in ONNX
/// @param since first opset version with this meaning
/// @param implementation records the operator
/// @param steering inputs (counted from 0) that choose what is computed and are no weights, such as
///   scales, bounds or running statistics: initializers used only there are no parameters
/// @param objection why a node cannot be imported, as far as its attributes and the tensors of the
///   model tell
public record Operator(
    String name,
    int since,
    Implementation implementation,
    Set<Integer> steering,
    Objection objection) {

  /// Records a node.
  ///
  /// Called with traced inputs, or, if all inputs are known, within a small program of its own that
  /// is run at once: there [Operand#value] is an input of that program and [Operand#known] its
  /// elements. Nodes with subgraphs are always called in the network's own program.
  @FunctionalInterface
  public interface Implementation {
    /// The results, in the order of the operator's outputs; at least as many as [Node#outputCount].
    List<Operand> apply(Node node);
  }

  /// Why a node cannot be imported, if so.
  @FunctionalInterface
  public interface Objection {
    /// The reason; empty: there is none.
    ///
    /// @param inputs the value of an input, counted from 0, if it is a tensor of the model
    Optional<String> to(Attributes attributes, IntFunction<Optional<Tensor>> inputs);
  }

  public Operator {
    steering = Set.copyOf(steering);
  }

  /// An operator with any number of results.
  public static Operator of(String name, int since, Implementation implementation) {
    return new Operator(name, since, implementation, Set.of(), (_, _) -> Optional.empty());
  }

  /// An operator with one result.
  public static Operator single(String name, int since, Function<Node, Value> result) {
    return of(name, since, node -> List.of(Operand.of(result.apply(node))));
  }

  /// An operator with results that are all traced.
  public static Operator several(String name, int since, Function<Node, List<Value>> results) {
    return of(name, since, node -> results.apply(node).stream().map(Operand::of).toList());
  }

  /// A function of one operand, without attributes.
  public static Operator unary(String name, int since, UnaryOperator<Value> fn) {
    return single(name, since, node -> fn.apply(node.value(0)));
  }

  /// A function of two operands, without attributes.
  public static Operator binary(String name, int since, BinaryOperator<Value> fn) {
    return single(name, since, node -> fn.apply(node.value(0), node.value(1)));
  }

  /// This operator with these steering inputs.
  public Operator steering(int... inputs) {
    List<Integer> boxed = new ArrayList<>();
    for (int input : inputs) {
      boxed.add(input);
    }
    return new Operator(name, since, implementation, Set.copyOf(boxed), objection);
  }

  /// This operator, refused before anything runs if `why` has an answer for a node's attributes.
  public Operator refusing(Function<Attributes, Optional<String>> why) {
    return refusingInputs((attributes, _) -> why.apply(attributes));
  }

  /// This operator, refused before anything runs if `why` has an answer for a node.
  Operator refusingInputs(Objection why) {
    return new Operator(name, since, implementation, steering, why);
  }
}
