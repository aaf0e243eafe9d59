package org.ntk4j.tests;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.models.Layer;
import org.ntk4j.models.Stax;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.Ntk;

/// The example of README.md, which shows the lines between the markers.
final class ReadmeExample {
  private ReadmeExample() {}

  /// What the example computes.
  static List<Tensor> run() {
    // readme: begin
    Layer network =
        Stax.serial(
            Stax.conv(32, 3, 3).padding(Padding.SAME), Stax.relu(), Stax.flatten(), Stax.dense(10));
    RandomKey key = RandomKey.of(0);
    Tree<Tensor> params = network.init(key, Aval.of(DType.F32, 1, 8, 8, 1)).params();
    Tree<Tensor> train = Tree.of(key.fold(1).normal(DType.F32, Shape.of(20, 8, 8, 1)));
    Tree<Tensor> test = Tree.of(key.fold(2).normal(DType.F32, Shape.of(5, 8, 8, 1)));

    Ntk ntk = Ntk.of(network.asFunction()::apply).build();
    Kernel kernel = ntk.compute(train, test, params);
    Tensor averaged = kernel.values(); // [20, 5]: the mean over the 10 outputs

    Ntk every = Ntk.of(network.asFunction()::apply).traceAxes().build();
    Tensor blocks = every.compute(train, test, params).values(); // [20, 5, 10, 10]
    Tensor matrix = every.compute(train, params).asMatrix(); // [200, 200], symmetric
    // readme: end
    return List.of(averaged, blocks, matrix);
  }
}
