package org.ntk4j.tests;

import static org.ntk4j.tests.NamedNetwork.net;
import static org.ntk4j.tests.NamedNetwork.one;

import java.util.List;
import java.util.stream.Stream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Networks with outputs of every form: ranks, trees, and axes that mix or hold examples.
final class OutputNetworks {
  private static final List<Shape> WV = List.of(Shape.of(4, 5), Shape.of(5, 3));

  private OutputNetworks() {}

  static Stream<NamedNetwork> all() {
    return Stream.of(ranks().stream(), trees().stream(), examples().stream()).flatMap(s -> s);
  }

  private static Value mlp(List<Value> p, Value x) {
    return x.matmul(p.get(0)).tanh().matmul(p.get(1));
  }

  private static List<NamedNetwork> ranks() {
    return List.of(
        one("rank1", WV, Shape.of(4), (p, x) -> mlp(p, x).sum(1)),
        one("rank3", List.of(Shape.of(2, 3), Shape.of(3, 2)), Shape.of(4, 2), (p, x) -> mlp(p, x)),
        one(
            "rank4sq",
            List.of(Shape.of(2, 2), Shape.of(2, 2)),
            Shape.of(2, 2, 2),
            (p, x) -> mlp(p, x).add(Functions.einsum("nabc,ad->nbcd", x, p.get(0)).mul(p.get(1)))),
        one(
            "rank5",
            List.of(Shape.of(2, 2), Shape.of(2, 2)),
            Shape.of(2, 2, 1, 2),
            (p, x) -> mlp(p, x)),
        one("scalar_out", WV, Shape.of(4), (p, x) -> mlp(p, x).tanh().sum()),
        one("vector_not_example", WV, Shape.of(4), (p, x) -> mlp(p, x).tanh().sum(0)),
        one("pure_param", WV, Shape.of(4), (p, x) -> p.get(0).sin()),
        one("independent", WV, Shape.of(4), (p, x) -> x.tanh()),
        one("constant_out", WV, Shape.of(4), (p, x) -> x.full(DType.F64, Shape.of(3, 2), 1.5)),
        one(
            "scalar_params",
            List.of(Shape.of(), Shape.of()),
            Shape.of(),
            (p, x) -> x.mul(p.get(0)).tanh().mul(p.get(1)).add(p.get(0))),
        one(
            "size0param",
            List.of(Shape.of(4, 0), Shape.of(0, 3), Shape.of(4, 3)),
            Shape.of(4),
            (p, x) -> x.matmul(p.get(0)).tanh().matmul(p.get(1)).add(x.matmul(p.get(2)))),
        one(
            "only0param",
            List.of(Shape.of(4, 0), Shape.of(0, 3)),
            Shape.of(4),
            (p, x) -> x.matmul(p.get(0)).tanh().matmul(p.get(1))),
        one("out0", List.of(Shape.of(4, 0)), Shape.of(4), (p, x) -> x.matmul(p.get(0))));
  }

  private static List<NamedNetwork> trees() {
    return List.of(
        net(
            "two",
            WV,
            List.of(Shape.of(4)),
            (p, x) ->
                Tree.list(Tree.of(mlp(p, x.get(0))), Tree.of(x.get(0).matmul(p.get(0)).sin()))),
        net(
            "tree",
            WV,
            List.of(Shape.of(4)),
            (p, x) ->
                Tree.map(
                    "a",
                    Tree.of(mlp(p, x.get(0))),
                    "b",
                    Tree.list(
                        Tree.of(x.get(0).matmul(p.get(0)).sin().reshape(-1L, 5L, 1L).mul(p.get(1))),
                        Tree.of(mlp(p, x.get(0)).sum(1))))),
        net(
            "mixed_dep",
            WV,
            List.of(Shape.of(4)),
            (p, x) ->
                Tree.list(
                    Tree.of(mlp(p, x.get(0))),
                    Tree.of(x.get(0)),
                    Tree.of(p.get(0)),
                    Tree.of(p.get(0).sum().mul(x.get(0).sum())))),
        net(
            "disjoint_params",
            WV,
            List.of(Shape.of(4)),
            (p, x) ->
                Tree.list(
                    Tree.of(x.get(0).matmul(p.get(0))),
                    Tree.of(x.get(0).sum(1).mul(p.get(1).sum())))),
        net(
            "same_twice",
            WV,
            List.of(Shape.of(4)),
            (p, x) -> {
              Value y = mlp(p, x.get(0));
              return Tree.list(Tree.of(y), Tree.of(y), Tree.of(y.neg()));
            }),
        net(
            "three_inputs",
            WV,
            List.of(Shape.of(4), Shape.of(), Shape.of(2, 4)),
            (p, x) ->
                Tree.of(
                    mlp(p, x.get(0))
                        .mul(x.get(1).reshape(-1L, 1L))
                        .add(x.get(2).sum(1).matmul(p.get(0)).sin().sumKeepDims(1)))),
        net(
            "autoencoder",
            List.of(Shape.of(4, 2), Shape.of(2, 4)),
            List.of(Shape.of(4)),
            (p, x) -> {
              Value h = x.get(0).matmul(p.get(0)).tanh();
              return Tree.list(Tree.of(h), Tree.of(h.matmul(p.get(1))));
            }),
        net(
            "vae",
            List.of(Shape.of(4, 4), Shape.of(2, 4)),
            List.of(Shape.of(4), Shape.of(2)),
            (p, x) -> {
              List<Value> ms = x.get(0).matmul(p.get(0)).tanh().split(1, 2);
              Value z = ms.get(0).add(ms.get(1).exp().mul(x.get(1)));
              return Tree.map(
                  "mean", Tree.of(ms.get(0)), "rec", Tree.of(z.matmul(p.get(1)).logistic()));
            }));
  }

  private static List<NamedNetwork> examples() {
    return List.of(
        one(
            "per_example_param",
            List.of(Shape.of(3, 4), Shape.of(4)),
            Shape.of(4),
            (p, x) -> {
              Value w = p.get(0).slice(0, 0, x.dim(0));
              return w.mul(x).tanh().mul(p.get(1)).add(w);
            }),
        one(
            "per_example_matmul",
            List.of(Shape.of(3, 4, 2)),
            Shape.of(4),
            (p, x) -> Functions.einsum("nab,na->nb", p.get(0).slice(0, 0, x.dim(0)), x).tanh()),
        one(
            "batch_attention",
            List.of(Shape.of(4, 3), Shape.of(4, 3)),
            Shape.of(4),
            (p, x) ->
                Functions.softmax(x.matmul(p.get(0)).matmul(x.matmul(p.get(1)).transpose()), 1)
                    .matmul(x)),
        one("gram", WV, Shape.of(4), (p, x) -> mlp(p, x).matmul(mlp(p, x).transpose())),
        one("transposed_out", WV, Shape.of(4), (p, x) -> mlp(p, x).transpose()),
        one("sort_examples", WV, Shape.of(4), (p, x) -> mlp(p, x).sort(0)),
        one("flattened_examples", WV, Shape.of(4), (p, x) -> mlp(p, x).flatten()),
        one(
            "example_interleave",
            List.of(Shape.of(4, 3)),
            Shape.of(4),
            (p, x) ->
                Functions.stack(1, x.matmul(p.get(0)), x.matmul(p.get(0)).sin()).reshape(-1L, 3L)),
        one(
            "example_merged",
            List.of(Shape.of(2, 3)),
            Shape.of(2, 2),
            (p, x) -> x.reshape(-1L, 2L).matmul(p.get(0)).tanh().reshape(-1L, 2L, 3L)),
        one(
            "example_merged_cum",
            List.of(Shape.of(2, 3)),
            Shape.of(2, 2),
            (p, x) -> x.reshape(-1L, 2L).matmul(p.get(0)).cumsum(0).reshape(-1L, 2L, 3L)),
        one(
            "scan_over_examples_carry",
            List.of(Shape.of(4, 4)),
            Shape.of(4),
            (p, x) ->
                Control.scan(
                        x.get(0, 0).mul(0),
                        x,
                        (h, in) -> {
                          Value n = h.matmul(p.get(0)).add(in).tanh();
                          return Control.Step.of(n, n);
                        })
                    .outputs()
                    .getFirst()),
        one(
            "example_gather",
            List.of(Shape.of(4, 3)),
            Shape.of(4),
            (p, x) -> x.matmul(p.get(0)).take(x.sum(1).argsort(0))));
  }
}
