package org.ntk4j.tests;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.autodiff.Linearize;
import org.ntk4j.autodiff.Linearized;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Passes;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.MemoryModel;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;

/// What becomes of small networks, to be read.
class GoldenIrTest {
  private static Value at(Tree<Value> p, String name) {
    return p.get(name).value();
  }

  /// `tanh(x w + b) v`.
  private static final Network LAYERS =
      (p, x) -> Tree.of(x.value().matmul(at(p, "w")).add(at(p, "b")).tanh().matmul(at(p, "v")));

  private static final Tree<Aval> PARAMS =
      CountedKernels.params(
          "w",
          CountedKernels.dims(3, 4),
          "b",
          CountedKernels.dims(4),
          "v",
          CountedKernels.dims(4, 2));

  private static final Tree<Aval> X = Tree.of(CountedKernels.f64(5, 3));
  private static final Tree<Aval> X2 = Tree.of(CountedKernels.f64(6, 3));

  /// A weight used at every step of a loop.
  private static final Network LOOP =
      (p, x) -> {
        Value start = x.value().get(1, 0).mul(0);
        return Tree.of(
            Control.scan(
                    start,
                    x.value().moveAxis(1, 0),
                    (h, now) -> {
                      Value next = h.matmul(at(p, "u")).add(now).tanh();
                      return Control.Step.of(next, h);
                    })
                .carry()
                .getFirst());
      };

  private static final Tree<Aval> LOOP_PARAMS =
      CountedKernels.params("u", CountedKernels.dims(2, 2));

  private static final Tree<Aval> SEQUENCES = Tree.of(CountedKernels.f64(5, 7, 2));

  private static final List<Boolean> PARAMETERS_ONLY = List.of(true, true, true, false);

  private static Program primal() {
    return Networks.program(LAYERS, PARAMS, X).program();
  }

  private static Linearized linearized() {
    return Linearize.of(primal(), PARAMETERS_ONLY);
  }

  private static Program simplified(Program p) {
    return Passes.standard().apply(p);
  }

  private static Explanation explained() {
    return structured(LAYERS).explain(X, X2, PARAMS);
  }

  private static Ntk structured(Network network) {
    return Ntk.of(network)
        .rates(Rates.DEFAULT)
        .memoryModel(MemoryModel.evaluator())
        .traceAxes()
        .implementation(Implementation.STRUCTURED_DERIVATIVES)
        .build();
  }

  @Test
  void layers(TestInfo test) {
    Golden.assertMatches(test, primal());
  }

  @Test
  void layers_jvp(TestInfo test) {
    Golden.assertMatches(test, simplified(Derivatives.jvp(primal(), PARAMETERS_ONLY)));
  }

  @Test
  void layers_vjp(TestInfo test) {
    Golden.assertMatches(test, simplified(Derivatives.vjp(primal(), PARAMETERS_ONLY)));
  }

  @Test
  void layers_linearized_primal(TestInfo test) {
    Golden.assertMatches(test, linearized().primal());
  }

  @Test
  void layers_linearized_linear(TestInfo test) {
    Golden.assertMatches(test, linearized().linear());
  }

  @Test
  void layers_kernel(TestInfo test) {
    Golden.assertMatches(test, explained().program());
  }

  @Test
  void layers_kernel_symmetric(TestInfo test) {
    Golden.assertMatches(test, structured(LAYERS).program(X, PARAMS));
  }

  @Test
  void layers_plan() {
    Golden.assertMatches(
        "tests/src/test/resources/golden/GoldenIrTest/layers_plan.txt",
        GoldenIrTest.class,
        explained().toString());
  }

  @Test
  void loop(TestInfo test) {
    Golden.assertMatches(test, Networks.program(LOOP, LOOP_PARAMS, SEQUENCES).program());
  }

  @Test
  void loop_kernel(TestInfo test) {
    Golden.assertMatches(test, structured(LOOP).program(SEQUENCES, LOOP_PARAMS));
  }
}
