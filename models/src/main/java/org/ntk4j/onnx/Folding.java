package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.onnx.Graph.GraphNode;

/// Computes nodes whose operands are all known.
final class Folding {
  /// No constant of a model is larger; a file that asks for more is wrong.
  private static final long MAX_ELEMENTS = 1L << 28;

  private Folding() {}

  /// The results of `node` for known inputs, known too.
  static List<Operand> fold(
      GraphNode node, Operator row, List<Optional<Operand>> inputs, List<Boolean> wanted) {
    List<Tensor> arguments = new ArrayList<>(List.of(Tensor.scalar(0)));
    inputs.forEach(i -> i.ifPresent(o -> arguments.add(o.tensor())));
    List<Aval> avals = arguments.stream().map(t -> new Aval(t.dtype(), t.shape())).toList();
    List<Operand> results = new ArrayList<>();
    Program program =
        Trace.program(
            avals,
            values -> {
              results.addAll(
                  row.implementation()
                      .apply(
                          GraphRecorder.node(
                              node,
                              rebound(inputs, values),
                              wanted,
                              values.getFirst(),
                              Optional.empty())));
              return results.stream().filter(r -> !r.isKnown()).map(Operand::value).toList();
            });
    checkSize(node, program);
    Iterator<Tensor> computed = Evaluator.run(program, arguments).iterator();
    return results.stream().map(r -> r.isKnown() ? r : Operand.known(computed.next())).toList();
  }

  /// A function of operands: known if all of them are.
  static Operand apply(List<Operand> operands, Function<List<Value>, Value> function) {
    if (!operands.stream().allMatch(Operand::isKnown)) {
      return Operand.of(function.apply(operands.stream().map(Operand::value).toList()));
    }
    List<Tensor> tensors = operands.stream().map(Operand::tensor).toList();
    List<Aval> avals = operands.stream().map(Operand::aval).toList();
    Program program = Trace.program(avals, in -> List.of(function.apply(in)));
    return Operand.known(Evaluator.run(program, tensors).getFirst());
  }

  private static List<Optional<Operand>> rebound(
      List<Optional<Operand>> inputs, List<Value> values) {
    Iterator<Value> next = values.iterator();
    next.next();
    return inputs.stream()
        .map(input ->
            input.map(o -> {
              Value value = next.next();
              return o.with(() -> value);
            }))
        .toList();
  }

  private static void checkSize(GraphNode node, Program program) {
    Stream.concat(
            program.equations().stream().flatMap(e -> e.out().stream()), program.outputs().stream())
        .map(Atom::aval)
        .filter(aval -> aval.size() > MAX_ELEMENTS)
        .findFirst()
        .ifPresent(aval -> {
          throw new OnnxException(
              "%s makes a constant of %s; expected at most %d elements"
                  .formatted(node.describe(), aval, MAX_ELEMENTS));
        });
  }
}
