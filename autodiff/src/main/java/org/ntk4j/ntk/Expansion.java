package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Trace.TreeProgram;
import org.ntk4j.ir.trace.Value;

/// The Taylor polynomial of a network around some parameters; a network itself.
///
/// Parameters that are not floating point stay what they are at the centre.
final class Expansion implements Network {
  private final Network network;
  private final Tree<Tensor> center;
  private final int degree;

  Expansion(Network network, Tree<Tensor> center, int degree) {
    this.network = network;
    this.center = center;
    this.degree = degree;
  }

  /// `Σ_{k <= degree} (1/k!) ∂^k f(center + t (params - center), x) / ∂t^k` at `t = 0`.
  @Override
  public Tree<Value> apply(Tree<Value> params, Tree<Value> x) {
    TreeProgram recorded =
        Trace.program(params.map(Value::aval), x.map(Value::aval), network::apply);
    Tree<Tensor> base = Tree.zip(params, center, (_, value) -> value);
    List<Value> moved = params.leaves();
    List<Value> at =
        IntStream.range(0, moved.size())
            .mapToObj(i -> moved.get(i).constant(base.leaves().get(i)))
            .toList();
    List<Boolean> active = new ArrayList<>();
    moved.forEach(value -> active.add(value.aval().isFloating()));
    x.leaves().forEach(_ -> active.add(false));
    List<Value> arguments = new ArrayList<>(at);
    arguments.addAll(x.leaves());
    for (int i = 0; i < moved.size(); i++) {
      if (active.get(i)) {
        arguments.add(moved.get(i).sub(at.get(i)));
      }
    }
    Program polynomial = Derivatives.taylor(recorded.program(), degree, active);
    return recorded.outputs().unflatten(Trace.inline(polynomial, arguments));
  }
}
