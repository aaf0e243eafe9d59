package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.IrException;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.NtkVectorProduct;
import org.ntk4j.ntk.Taylor;

/// What is wrong with inputs and axes is said before any work, alike by every implementation.
final class KernelInputTest {
  private static final Network MLP = KernelNetworks.MLP;
  private static final Tree<Tensor> PARAMS = KernelNetworks.mlpParams();
  private static final Tree<Tensor> X3 = Tree.of(KernelNetworks.normal(1, 3, 4));
  private static final Tree<Tensor> X2 = Tree.of(KernelNetworks.normal(2, 2, 4));

  private static String refused(NtkBuilder ntk, Tree<Tensor> x1, Tree<Tensor> x2) {
    return refused(ntk, x1, x2, PARAMS);
  }

  private static String refused(
      NtkBuilder ntk, Tree<Tensor> x1, Tree<Tensor> x2, Tree<Tensor> params) {
    List<String> messages =
        Stream.of(Implementation.values())
            .map(i ->
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ntk.implementation(i).build().compute(x1, x2, params))
                    .getMessage())
            .distinct()
            .toList();
    assertEquals(1, messages.size(), messages::toString);
    return messages.getFirst();
  }

  @Test
  void axes_c1_out_of_range() {
    assertEquals(
        "axes.C1: trace axis 2 is out of range for the output of rank 2; operands: [f64[3,3]]",
        refused(Ntk.of(MLP).traceAxes(2), X3, X2));
    assertEquals(
        "axes.C1: diagonal axis -3 is out of range for the output of rank 2; operands: [f64[3,3]]",
        refused(Ntk.of(MLP).traceAxes().diagonalAxes(-3), X3, X2));
  }

  @Test
  void axes_c2_repeated() {
    assertEquals(
        "axes.C2: trace axis 1 of the output is given more than once, in [1, -1]; operands:"
            + " [f64[3,3]]",
        refused(Ntk.of(MLP).traceAxes(1, -1), X3, X2));
    assertEquals(
        "axes.C2: diagonal axis 1 of the output is given more than once, in [1, 1]; operands:"
            + " [f64[3,3]]",
        refused(Ntk.of(MLP).traceAxes().diagonalAxes(1, 1), X3, X2));
  }

  @Test
  void axes_c3_traced_and_diagonal() {
    assertEquals(
        "axes.C3: axis 1 of the output is both traced and diagonal; operands: [f64[3,3]]",
        refused(Ntk.of(MLP).diagonalAxes(1), X3, X2));
  }

  @Test
  void axes_c4_sizes_differ_between_the_sides() {
    assertEquals(
        "axes.C4: trace axis 0 has size 3 in the output of x1 and size 2 in the output of x2;"
            + " operands: [f64[3,3], f64[2,3]]",
        refused(Ntk.of(MLP).traceAxes(0), X3, X2));
    assertEquals(
        "axes.C4: diagonal axis 0 has size 3 in the output of x1 and size 2 in the output of x2;"
            + " operands: [f64[3,3], f64[2,3]]",
        refused(Ntk.of(MLP).diagonalAxes(0), X3, X2));
  }

  @Test
  void axes_c5_outputs_are_reduced_differently() {
    Network two =
        (p, x) -> {
          var y = MLP.apply(p, x).value();
          return Tree.map("a", Tree.of(y), "b", Tree.of(y.expandDims(2)));
        };
    assertEquals(
        "axes.C5: output `a` has trace axes [1] and diagonal axes [], output `b` has trace axes [2]"
            + " and diagonal axes []; a kernel between them needs the same axes on both; operands:"
            + " [f64[3,3], f64[2,3,1]]",
        refused(Ntk.of(two).crossOutputs(true), X3, X2));
  }

  @Test
  void axes_of_every_output_are_checked() {
    Network two =
        (p, x) -> {
          var y = MLP.apply(p, x).value();
          return Tree.map("a", Tree.of(y), "b", Tree.of(y.sum(1)));
        };
    assertEquals(
        "axes.C1: trace axis 1 is out of range for output `b` of rank 1; operands: [f64[3]]",
        refused(Ntk.of(two).traceAxes(1), X3, X2));
    assertTrue(
        refused(Ntk.of(two).traceAxes(Tree.of(List.of(1))), X3, X2)
            .startsWith("the trace axes are not given for the network's outputs: "));
  }

  @Test
  void numbered_errors_carry_their_number() {
    IrException error =
        assertThrows(IrException.class, () -> Ntk.of(MLP).traceAxes(7).build().compute(X3, PARAMS));
    assertEquals("axes.C1", error.constraint());
  }

  @Test
  void nothing_runs_before_the_checks() {
    Ntk ntk =
        Ntk.of(MLP)
            .traceAxes(0)
            .runner((_, _) -> {
              throw new AssertionError("a program was run");
            })
            .build();
    assertThrows(IrException.class, () -> ntk.compute(X3, X2, PARAMS));
  }

  @Test
  void an_output_whose_only_axis_counts_examples_is_traced_with_a_remark() {
    Network sum = (p, x) -> Tree.of(MLP.apply(p, x).value().sum(1));
    Kernel kernel = Ntk.of(sum).build().compute(X3, PARAMS);
    assertEquals(0, kernel.values().rank());
    assertEquals(
        List.of(
            "the output is f64[3]: its only axis, the examples, is traced; use traceAxes() to keep"
                + " it"),
        kernel.report());
  }

  @Test
  void inputs_of_other_dtype_shape_or_structure() {
    assertEquals(
        "x1 is f64[3,4] and x2 is f32[2,4]: their dtypes differ",
        refused(Ntk.of(MLP), X3, X2.map(t -> t.to(DType.F32))));
    assertEquals(
        "x1 is f64[3,4] and x2 is f64[2,5]: their shapes differ beyond the example axis 0",
        refused(Ntk.of(MLP), X3, Tree.of(KernelNetworks.normal(1, 2, 5))));
    assertTrue(
        refused(Ntk.of(MLP), X3, Tree.map("x", X2)).startsWith("x1 and x2 differ in structure: "));
    assertEquals(
        "x1 is f64[3,4] and x2 is f64[2,4]: their shapes differ beyond the example axis, of which"
            + " it has none",
        refused(Ntk.of(MLP).exampleAxes(Tree.of(OptionalInt.empty())), X3, X2));
  }

  @Test
  void parameters_that_cannot_be_differentiated() {
    Tree<Tensor> steps = Tree.map("w", Tree.of(Tensor.of(new long[] {1, 2}, 2)));
    assertEquals(
        "parameter `w` is i64[2], but a kernel differentiates floating-point parameters; leave it"
            + " out of the selection",
        refused(Ntk.of((_, x) -> x), X3, X2, steps));
    assertEquals(
        "there are no parameters: the tree has no leaves",
        refused(Ntk.of((_, x) -> x), X3, X2, Tree.list(List.of())));
    assertEquals(
        "no parameter is selected; there are [w, v]",
        refused(Ntk.of(MLP).parameters(path -> path.startsWith("u")), X3, X2));
    assertEquals(
        "no parameter `u` to select; there are [w, v]",
        refused(Ntk.of(MLP).parameters(List.of("w", "u")), X3, X2));
  }

  @Test
  void integer_parameters_may_be_left_out() {
    Tree<Tensor> params =
        Tree.map(
            "w",
            PARAMS.get("w"),
            "step",
            Tree.of(Tensor.of(new long[] {3}, 1).reshape(Shape.SCALAR)));
    Network network = (p, x) -> Tree.of(x.value().matmul(p.get("w").value()));
    Kernel kernel = Ntk.of(network).parameters(List.of("w")).build().compute(X3, params);
    assertEquals(Shape.of(3, 3), kernel.values().shape());
  }

  @Test
  void outputs_that_have_no_kernel() {
    assertEquals(
        "the output is i32[3], but a kernel needs floating-point outputs",
        refused(Ntk.of((p, x) -> Tree.of(MLP.apply(p, x).value().argmax(1))), X3, X2));
    assertEquals(
        "the network has no outputs", refused(Ntk.of((_, _) -> Tree.list(List.of())), X3, X2));
  }

  @Test
  void tensors_that_were_released() {
    String released = " was released; copy it out of its scope to keep it";
    TensorScope scope = TensorScope.open();
    Tree<Tensor> x = X3.map(scope::copy);
    Tree<Tensor> params = PARAMS.map(scope::copy);
    scope.close();
    assertEquals("x1 cannot be used: tensor f64[3,4]" + released, refused(Ntk.of(MLP), x, X2));
    assertEquals("x2 cannot be used: tensor f64[3,4]" + released, refused(Ntk.of(MLP), X3, x));
    assertEquals(
        "parameter `w` cannot be used: tensor f64[4,5]" + released,
        refused(Ntk.of(MLP), X3, X2, params));
  }

  @ParameterizedTest
  @EnumSource(Implementation.class)
  void a_wrong_claim_names_the_equation(Implementation implementation) {
    Network centered =
        (p, x) -> Tree.of(x.value().sub(x.value().mean(0)).matmul(p.get("w").value()));
    NtkBuilder ntk = Ntk.of(centered).exampleAxes(0).implementation(implementation);
    String message =
        assertThrows(IllegalArgumentException.class, () -> ntk.build().compute(X3, X2, PARAMS))
            .getMessage();
    assertEquals(
        "examples are claimed independent, but equation 1, `reduce_sum[axes=[0]] c`, mixes them",
        message.replaceFirst("\\] [a-z]`", "] c`"));
  }

  @Test
  void claims_that_do_not_fit() {
    assertEquals(
        "the example axes do not fit the inputs x: axis 2 is out of range for an input f64[3,4]",
        refused(Ntk.of(MLP).exampleAxes(Tree.of(OptionalInt.of(2))), X3, X2));
    assertEquals(
        "examples are claimed independent, but no input has an example axis",
        refused(Ntk.of(MLP).exampleAxes(5), X3, X3));
    Network turned = (p, x) -> Tree.of(MLP.apply(p, x).value().transpose());
    assertEquals(
        "examples are claimed independent, but the output has them along axis 1, not 0",
        refused(Ntk.of(turned).traceAxes().exampleAxes(0), X3, X2));
    Network pair =
        (p, x) ->
            Tree.of(
                x.get(0).value().sum(0).add(x.get(1).value().sum(0)).matmul(p.get("w").value()));
    assertEquals(
        "input x `[1]` has 2 examples along axis 0, the inputs before it have 3",
        refused(Ntk.of(pair).traceAxes().exampleAxes(0), Tree.list(X3, X2), Tree.list(X3, X2)));
  }

  @Test
  void a_matrix_needs_all_blocks_and_no_diagonal() {
    Kernel diagonal = Ntk.of(MLP).traceAxes().diagonalAxes(1).build().compute(X3, PARAMS);
    assertEquals(
        "a kernel with diagonal axes is no matrix: entries off the diagonal are not known",
        assertThrows(IllegalStateException.class, diagonal::asMatrix).getMessage());
    Network two = (p, x) -> Tree.list(MLP.apply(p, x), MLP.apply(p, x));
    Kernel blocks = Ntk.of(two).build().compute(X3, PARAMS);
    assertEquals(
        "2 blocks of 2 outputs make no matrix; ask for one block, or for crossOutputs",
        assertThrows(IllegalStateException.class, blocks::asMatrix).getMessage());
    assertEquals(
        "no kernel between outputs `[0]` and `[1]`; the outputs are [[0], [1]], and kernels between"
            + " different ones need crossOutputs",
        assertThrows(IllegalArgumentException.class, () -> blocks.block("[0]", "[1]"))
            .getMessage());
    assertEquals(
        "no kernel of parameter `w`; there are []",
        assertThrows(IllegalArgumentException.class, () -> blocks.ofParameter("w")).getMessage());
  }

  @Test
  void vectors_and_degrees_that_do_not_fit() {
    NtkVectorProduct product = NtkVectorProduct.of(MLP, X3, X2, PARAMS);
    assertEquals(
        "v is f64[3,3], the output at x2 is f64[2,3]",
        assertThrows(
                IllegalArgumentException.class,
                () -> product.apply(Tree.of(KernelNetworks.normal(1, 3, 3))))
            .getMessage());
    assertEquals(
        "the degree must be at least 0, got -1",
        assertThrows(IllegalArgumentException.class, () -> Taylor.expand(MLP, PARAMS, -1))
            .getMessage());
  }

  @Test
  void no_examples_give_an_empty_kernel() {
    Tree<Tensor> none = Tree.of(Tensor.zeros(DType.F64, Shape.of(0, 4)));
    for (Implementation implementation : Implementation.values()) {
      Ntk ntk = Ntk.of(MLP).traceAxes().implementation(implementation).build();
      assertEquals(Shape.of(3, 0, 3, 3), ntk.compute(X3, none, PARAMS).values().shape());
      assertEquals(Shape.of(0, 0, 3, 3), ntk.compute(none, PARAMS).values().shape());
    }
  }
}
