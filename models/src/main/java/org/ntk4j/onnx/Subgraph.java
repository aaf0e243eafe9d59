package org.ntk4j.onnx;

import java.util.List;
import java.util.function.BiFunction;

/// The body of a branch or loop: `outputs = body(inputs)`, where the body may use values of the
/// graphs around it.
public final class Subgraph {
  private final List<String> inputs;
  private final List<String> outputs;
  private final BiFunction<List<Operand>, Boolean, List<Operand>> body;

  Subgraph(
      List<String> inputs,
      List<String> outputs,
      BiFunction<List<Operand>, Boolean, List<Operand>> body) {
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.body = body;
  }

  /// Number of inputs.
  public int inputCount() {
    return inputs.size();
  }

  /// Number of outputs.
  public int outputCount() {
    return outputs.size();
  }

  /// Records the body once in the program being recorded; may be called again.
  public List<Operand> apply(List<Operand> arguments) {
    return body.apply(arguments, false);
  }

  /// Records the body as that of a loop or branch of the program.
  public List<Operand> applyInside(List<Operand> arguments) {
    return body.apply(arguments, true);
  }
}
