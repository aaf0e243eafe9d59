package org.ntk4j.tests;

import static org.ntk4j.tests.NamedNetwork.one;

import java.util.List;
import java.util.stream.Stream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.CustomDerivative;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Networks that use a parameter in several ways at once.
final class ParameterNetworks {

  private ParameterNetworks() {}

  static Stream<NamedNetwork> all() {
    return Stream.of(
            choices().stream(), movements().stream(), regroupings().stream(), diagonals().stream())
        .flatMap(s -> s);
  }

  private static Value ids(Value like, int... ids) {
    return like.constant(Tensor.of(ids, ids.length));
  }

  private static Value spd(Value a) {
    return a.matmul(a.transpose()).add(eye(a, a.dim(0)));
  }

  private static Value eye(Value like, long n) {
    return Functions.oneHot(like.arange(DType.I32, n), n, DType.F64);
  }

  private static List<NamedNetwork> choices() {
    return List.of(
        one(
            "branch3",
            List.of(Shape.of(4, 3), Shape.of(3)),
            Shape.of(4),
            (p, x) ->
                Control.branch(
                        p.get(0).full(DType.I32, Shape.SCALAR, 1),
                        List.of(x),
                        List.of(
                            a -> List.of(a.get(0).matmul(p.get(0))),
                            a -> List.of(a.get(0).matmul(p.get(0)).mul(p.get(1))),
                            a -> List.of(a.get(0).slice(1, 0, 3))))
                    .getFirst()),
        one(
            "cond_arg",
            List.of(Shape.of(4, 3)),
            Shape.of(4),
            (p, x) ->
                Control.cond(
                        p.get(0).sum().lt(50),
                        List.of(p.get(0), x),
                        a -> List.of(a.get(0).mul(2), a.get(1)),
                        a -> List.of(a.get(0), a.get(1).neg()))
                    .stream()
                    .reduce((a, b) -> b.matmul(a))
                    .get()
                    .tanh()),
        one(
            "custom_jvp_mat",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) ->
                CustomDerivative.jvp(
                        List.of(x, p.get(0)),
                        a -> List.of(a.get(0).matmul(a.get(1))),
                        (a, d) ->
                            List.of(
                                d.get(0).matmul(a.get(1)).add(a.get(0).matmul(d.get(1)).mul(2))))
                    .getFirst()
                    .tanh()),
        one(
            "custom_vjp_mat",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) ->
                CustomDerivative.vjp(
                        List.of(x.matmul(p.get(0))),
                        a -> List.of(a.get(0).tanh()),
                        a ->
                            new CustomDerivative.Forward(
                                List.of(a.get(0).tanh()), List.of(a.get(0))),
                        (r, g) -> List.of(g.get(0).mul(r.get(0).cos())))
                    .getFirst()
                    .matmul(p.get(0))),
        one(
            "straight_through",
            List.of(Shape.of(4, 3)),
            Shape.of(4),
            (p, x) -> x.matmul(p.get(0).add(p.get(0).round().sub(p.get(0)).stopGradient())).tanh()),
        one(
            "top_kParam_mat",
            List.of(Shape.of(3, 5)),
            Shape.of(3),
            (p, x) -> x.matmul(p.get(0).topK(3).values()).tanh().add(p.get(0).sum(1))),
        one(
            "sort_param_used2",
            List.of(Shape.of(3, 4)),
            Shape.of(3),
            (p, x) -> x.matmul(p.get(0).sort(0)).mul(p.get(0).sort(1).sum(0)).add(p.get(0).sum(0))),
        one(
            "sort_three_axes",
            Shape.of(2, 3, 2),
            Shape.of(2),
            (p, x) ->
                x.mul(p.get(0).sort(0).sum(0, 1))
                    .add(p.get(0).sort(1).sin().sum(0, 1))
                    .mul(p.get(0).sort(2).sum(0).get(0, 1))),
        one(
            "sort_sorted",
            Shape.of(3, 3),
            Shape.of(3),
            (p, x) ->
                x.matmul(p.get(0).sort(0).sort(1))
                    .add(x.matmul(p.get(0).sort(1).sort(0)))
                    .add(x.matmul(p.get(0)))),
        one(
            "argsort_gather",
            List.of(Shape.of(5)),
            Shape.of(5),
            (p, x) -> p.get(0).take(p.get(0).argsort(0)).mul(x).add(p.get(0).mul(x).tanh())),
        one(
            "cumprod_param",
            List.of(Shape.of(4)),
            Shape.of(4),
            (p, x) -> x.mul(p.get(0).cumprod(0)).add(p.get(0))),
        one(
            "cholesky_param",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) -> x.matmul(spd(p.get(0)).cholesky())),
        one(
            "tri_solve_b",
            List.of(Shape.of(3, 2), Shape.of(3, 3)),
            Shape.of(3),
            (p, x) ->
                x.matmul(spd(p.get(1)).cholesky().triangularSolve(p.get(0), true, true)).tanh()),
        one(
            "tri_per_example",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) ->
                Functions.einsum("ni,nj->nij", x, x)
                    .mul(p.get(0).matmul(p.get(0).transpose()))
                    .add(eye(x, 3).mul(3))
                    .cholesky()));
  }

  private static List<NamedNetwork> movements() {
    return List.of(
        one(
            "gather_gather_axes",
            List.of(Shape.of(4, 4)),
            Shape.of(3),
            (p, x) ->
                x.matmul(p.get(0).gather(ids(x, 3, 1, 1), 0).gather(ids(x, 0, 0, 2), 1))
                    .tanh()
                    .add(p.get(0).get(0, 1).slice(0, 0, 3))),
        one(
            "gather_both_axes",
            Shape.of(4, 4),
            Shape.of(3),
            (p, x) ->
                x.matmul(p.get(0).gather(ids(x, 3, 1, 1), 0).slice(1, 0, 3))
                    .add(x.matmul(p.get(0).gather(ids(x, 0, 5, 2), 1).slice(0, 1, 4)))),
        one(
            "take_along_both",
            Shape.of(3, 3),
            Shape.of(3),
            (p, x) ->
                x.matmul(
                        p.get(0)
                            .takeAlongAxis(
                                x.constant(Tensor.of(new long[] {0, 1, 2, 2, 1, 0, 1, 1, 5}, 3, 3))
                                    .cast(DType.I32),
                                0))
                    .add(
                        x.matmul(
                            p.get(0)
                                .takeAlongAxis(
                                    x.constant(
                                            Tensor.of(
                                                new long[] {0, 1, 2, 2, 1, 0, 1, 1, -1}, 3, 3))
                                        .cast(DType.I32),
                                    1)))),
        one(
            "scatter_param",
            List.of(Shape.of(3, 2), Shape.of(4, 2)),
            Shape.of(4),
            (p, x) -> x.matmul(p.get(1).scatterAdd(ids(x, 1, 1, 3), p.get(0), 0)).tanh()),
        one(
            "segment_sum",
            List.of(Shape.of(5, 2)),
            Shape.of(3),
            (p, x) ->
                x.matmul(p.get(0).segmentSum(ids(x, 2, 0, 2, 1, 9), 0, 3)).add(p.get(0).sum(0))));
  }

  private static List<NamedNetwork> regroupings() {
    return List.of(
        one(
            "slice_concat_slice",
            List.of(Shape.of(6, 2)),
            Shape.of(4),
            (p, x) -> {
              Value w = p.get(0);
              Value c =
                  Functions.concatenate(0, w.slice(0, 1, 4), w.slice(0, 0, 6, 2), w.slice(0, 2, 3));
              return x.matmul(
                      c.slice(0, 1, 7, 2).slice(0, 0, 3).pad(List.of(1L, 0L), List.of(0L, 0L), 0))
                  .add(x.matmul(c.slice(0, 2, 6)));
            }),
        one(
            "strided_overlap",
            List.of(Shape.of(7)),
            Shape.of(4),
            (p, x) ->
                x.mul(p.get(0).slice(0, 0, 7, 2))
                    .add(x.mul(p.get(0).slice(0, 1, 5)))
                    .add(x.mul(p.get(0).reverse(0).slice(0, 0, 7, 2)))
                    .tanh()),
        one(
            "reversed_strided",
            List.of(Shape.of(6, 3)),
            Shape.of(3),
            (p, x) ->
                x.matmul(p.get(0).slice(0, 0, 6, 2))
                    .mul(x.matmul(p.get(0).reverse(0).slice(0, 0, 5, 2)))
                    .add(x.matmul(p.get(0).reverse(1).slice(0, 1, 6, 2)))),
        one(
            "reshape6",
            List.of(Shape.of(6)),
            Shape.of(2, 3),
            (p, x) ->
                x.mul(p.get(0).reshape(2L, 3L))
                    .sum(1, 2)
                    .add(Functions.einsum("nab,ba->n", x, p.get(0).reshape(3L, 2L)).tanh())),
        one(
            "reshape12",
            List.of(Shape.of(12)),
            Shape.of(4),
            (p, x) ->
                x.matmul(p.get(0).reshape(4L, 3L))
                    .mul(x.matmul(p.get(0).reshape(3L, 4L).transpose()))
                    .add(
                        x.reshape(-1L, 2L, 2L)
                            .sum(2)
                            .matmul(p.get(0).reshape(2L, 6L))
                            .slice(1, 1, 4))),
        one(
            "reshape12perm",
            List.of(Shape.of(2, 3, 2)),
            Shape.of(4),
            (p, x) ->
                x.matmul(p.get(0).transpose(2, 0, 1).reshape(4L, 3L))
                    .mul(x.matmul(p.get(0).transpose(1, 2, 0).reshape(3L, 4L).transpose()))
                    .add(p.get(0).reshape(4L, 3L).sum(0))),
        one(
            "reshape24",
            List.of(Shape.of(4, 6)),
            Shape.of(8),
            (p, x) ->
                x.matmul(p.get(0).reshape(8L, 3L))
                    .add(
                        x.matmul(
                                p.get(0)
                                    .reshape(2L, 2L, 2L, 3L)
                                    .transpose(1, 0, 2, 3)
                                    .reshape(8L, 3L))
                            .sin())
                    .add(x.matmul(p.get(0).transpose().reshape(3L, 8L).transpose()))),
        one(
            "reshape_slice",
            List.of(Shape.of(12)),
            Shape.of(3),
            (p, x) ->
                x.matmul(p.get(0).reshape(4L, 3L).slice(0, 1, 4))
                    .add(x.matmul(p.get(0).slice(0, 2, 11).reshape(3L, 3L)))
                    .tanh()));
  }

  private static List<NamedNetwork> diagonals() {
    return List.of(
        one(
            "diag_anti4",
            Shape.of(4, 4),
            Shape.of(4),
            (p, x) ->
                x.mul(Functions.einsum("ii->i", p.get(0)))
                    .add(x.mul(Functions.einsum("ii->i", p.get(0).reverse(1))))
                    .add(x.mul(Functions.einsum("ii->", p.get(0).reverse(0))))),
        one(
            "superdiag_out",
            Shape.of(4, 4),
            Shape.of(3),
            (p, x) ->
                x.mul(Functions.einsum("ii->i", p.get(0).slice(1, 1, 4).slice(0, 0, 3)))
                    .add(x.mul(Functions.einsum("ii->i", p.get(0).slice(1, 0, 3).slice(0, 0, 3))))
                    .add(p.get(0).get(0, 1).slice(0, 0, 3))),
        one(
            "diag_of_reshape",
            Shape.of(6, 6),
            Shape.of(6),
            (p, x) ->
                x.mul(Functions.einsum("ii->i", p.get(0)))
                    .mul(Functions.einsum("abab->", p.get(0).reshape(2L, 3L, 2L, 3L)))
                    .add(Functions.einsum("abba->", p.get(0).reshape(2L, 3L, 3L, 2L)))),
        one(
            "cube",
            Shape.of(2, 2, 2),
            Shape.of(2),
            (p, x) ->
                x.mul(Functions.einsum("iii->i", p.get(0)))
                    .add(
                        Functions.einsum("iij->j", p.get(0))
                            .mul(Functions.einsum("iji->j", p.get(0))))
                    .add(Functions.einsum("jii->j", p.get(0)))),
        one(
            "eye_product",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) -> x.matmul(p.get(0).mul(eye(x, 3))).add(x.matmul(p.get(0)).tanh())),
        one(
            "toeplitz",
            List.of(Shape.of(5)),
            Shape.of(3),
            (p, x) ->
                x.matmul(
                        p.get(0)
                            .take(
                                x.iota(DType.I32, Shape.of(3, 3), 0)
                                    .sub(x.iota(DType.I32, Shape.of(3, 3), 1))
                                    .add(2)))
                    .add(p.get(0).slice(0, 1, 4))),
        one(
            "tril",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) ->
                x.matmul(
                        x.iota(DType.I32, Shape.of(3, 3), 0)
                            .ge(x.iota(DType.I32, Shape.of(3, 3), 1))
                            .where(p.get(0), 0.0))
                    .add(x.matmul(p.get(0).transpose()))),
        one(
            "window_param",
            List.of(Shape.of(5, 2)),
            Shape.of(4, 2),
            (p, x) ->
                x.mul(p.get(0).expandDims(0).pool(2).sum().squeeze(0)).sum(1).add(p.get(0).sum(0))),
        one(
            "interior_pad",
            List.of(Shape.of(3, 2)),
            Shape.of(5),
            (p, x) ->
                x.matmul(p.get(0).pad(List.of(0L, 0L), List.of(0L, 0L), List.of(1L, 0L), 0))
                    .add(x.slice(1, 0, 3).matmul(p.get(0)))),
        one(
            "negative_pad",
            List.of(Shape.of(5, 2)),
            Shape.of(4),
            (p, x) ->
                x.matmul(p.get(0).pad(List.of(-1L, 0L), List.of(0L, 0L), 0))
                    .add(x.matmul(p.get(0).pad(List.of(1L, 0L), List.of(-2L, 0L), 0)))),
        one(
            "crossed_batch2",
            List.of(Shape.of(2, 2, 2)),
            Shape.of(2, 2),
            (p, x) ->
                Functions.einsum("nab,abc->nabc", x, p.get(0))
                    .add(Functions.einsum("nab,bca->nabc", x, p.get(0)))
                    .mul(Functions.einsum("nab,cab->nabc", x, p.get(0)))));
  }
}
