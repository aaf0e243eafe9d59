package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Trace.TreeProgram;

/// Networks run and recorded.
public final class Networks {
  private Networks() {}

  /// Dtypes and shapes of a tree of tensors.
  public static Tree<Aval> avals(Tree<Tensor> tensors) {
    return tensors.map(t -> new Aval(t.dtype(), t.shape()));
  }

  /// The program `(params.., x..) -> outputs..` of `network`, and the tree of its outputs.
  public static TreeProgram program(Network network, Tree<Aval> params, Tree<Aval> x) {
    return Trace.program(params, x, network::apply);
  }

  /// `f(params, x)`, by the back end of the process.
  public static Tree<Tensor> run(Network network, Tree<Tensor> params, Tree<Tensor> x) {
    return run(network, params, x, Runner.standard());
  }

  /// `f(params, x)`.
  public static Tree<Tensor> run(
      Network network, Tree<Tensor> params, Tree<Tensor> x, Runner runner) {
    TreeProgram recorded =
        program(network, InputRules.avals("parameter", params), InputRules.avals("x", x));
    List<Tensor> inputs = new ArrayList<>(params.leaves());
    inputs.addAll(x.leaves());
    return recorded.outputs().unflatten(runner.run(recorded.program(), inputs));
  }
}
