package org.ntk4j.tests;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// The smallest programs that once had a wrong kernel.
class FoundProgramsTest {
  private record Case(String name, List<Shape> parameters, Shape example, Body body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private interface Body {
    Value apply(List<Value> p, Value x);
  }

  static Stream<Case> cases() {
    return Stream.of(
        // The table of the sorted axis depends on the other digits of the parameter: it may be
        // compared with another only after those have been unified.
        new Case(
            "sorted_along_one_of_several_axes",
            List.of(Shape.of(4, 2, 3)),
            Shape.of(3),
            (p, x) -> p.get(0).sort(0).abs().mul(x.sum(0)).sum(-1)),
        // An output index is also a plain digit of a parameter that is read through a table.
        new Case(
            "gathered_parameter_is_the_output",
            List.of(Shape.of(2, 2)),
            Shape.SCALAR,
            (p, x) ->
                p.get(0)
                    .gather(x.constant(Tensor.of(new long[] {0, 0, -1}, 3)), 1)
                    .mul(p.get(0).sum())),
        // Image and kernel are both broadcasts along the contracted channels: nothing has their
        // index,
        // and the sum over it is a multiplication.
        new Case(
            "convolution_of_two_broadcasts",
            List.of(Shape.SCALAR),
            Shape.of(2, 4),
            (p, x) -> convolved(x.add(p.get(0)), p.get(0)).square().sum().mul(p.get(0))),
        // Uses of equal form but in different precision cannot be stacked.
        new Case(
            "uses_in_two_precisions",
            List.of(Shape.of(2, 2, 1, 3)),
            Shape.SCALAR,
            (p, x) ->
                Functions.einsum(
                    "abcd,abec->de",
                    p.get(0)
                        .cast(DType.F32)
                        .cast(DType.F64)
                        .mul(0.0)
                        .add(p.get(0))
                        .segmentSum(x.constant(Tensor.of(new long[] {0}, 1)), 2, 3),
                    p.get(0))),
        // A cotangent with the window positions of two images: contracted with one, it is used up.
        new Case(
            "two_convolutions_share_a_cotangent",
            List.of(Shape.of(2)),
            Shape.SCALAR,
            (p, x) -> {
              Value a = p.get(0);
              Value j =
                  convolution(a.tanh().reshape(1L, 2L, 1L), a.sum().reshape(1L, 1L, 1L), 2, 1);
              Value kernel = a.outer(j.flatten()).reshape(2L, 1L, 2L);
              return convolution(j, kernel, 1, 2).matmul(a);
            }));
  }

  private static Value convolution(Value image, Value kernel, long stride, long padLo) {
    ConvDims dims = new ConvDims(0, 2, List.of(1), 1, 2, List.of(0), 0, 2, List.of(1));
    List<Long> one = List.of(1L);
    List<Long> none = List.of(0L);
    Conv conv = new Conv(dims, List.of(stride), List.of(padLo), none, one, one, 1, 1);
    return Value.emit(conv, image, kernel);
  }

  private static Value convolved(Value image, Value kernel) {
    return convolution(image, kernel.broadcastTo(1, 4, 1), 1, 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void every_implementation_equals_brute_force(Case c) {
    Network network = (p, x) -> Tree.of(c.body.apply(p.leaves(), x.leaves().getFirst()));
    List<RandomKey> keys = RandomKey.of(5).split(c.parameters.size() + 2);
    Tree<Tensor> params =
        Tree.list(
            IntStream.range(0, c.parameters.size())
                .<Tree<Tensor>>mapToObj(
                    k -> Tree.of(keys.get(k + 2).normal(DType.F64, c.parameters.get(k))))
                .toList());
    Shape examples = Shape.of(3).concat(c.example);
    Tree<Tensor> x1 = Tree.of(keys.get(0).normal(DType.F64, examples));
    Tree<Tensor> x2 = Tree.of(keys.get(1).normal(DType.F64, examples));
    Kernels.assertAll(network, params, x1, x2);
  }
}
