package org.ntk4j.onnx;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;

/// Whether a floating-point tensor stored in a model is a parameter, and why.
///
/// @param name name of the initializer, or of the output of a `Constant` node
/// @param usedBy nodes that read it, such as `node 'a' (MatMul)`
/// @param why the rule that decided
public record ParameterChoice(
    String name, DType dtype, Shape shape, List<String> usedBy, boolean parameter, String why) {
  public ParameterChoice {
    usedBy = List.copyOf(usedBy);
  }
}
