package org.ntk4j.onnx;

import java.util.List;
import java.util.function.Function;

/// The body of a branch or loop: `outputs = body(inputs)`, where the body may use values of the
/// graphs around it.
public final class Subgraph {
  private final List<String> inputs;
  private final List<String> outputs;
  private final Function<List<Operand>, List<Operand>> body;

  Subgraph(List<String> inputs, List<String> outputs, Function<List<Operand>, List<Operand>> body) {
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

  /// Records the body once; may be called again, within bodies of loops too.
  public List<Operand> apply(List<Operand> arguments) {
    return body.apply(arguments);
  }
}
