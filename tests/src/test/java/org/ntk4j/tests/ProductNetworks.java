package org.ntk4j.tests;

import static org.ntk4j.tests.NamedNetwork.one;

import java.util.List;
import java.util.stream.Stream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Networks whose weights are products, norms or mixtures of parameters.
final class ProductNetworks {

  private ProductNetworks() {}

  static Stream<NamedNetwork> all() {
    return Stream.of(products().stream()).flatMap(s -> s);
  }

  private static List<NamedNetwork> products() {
    return List.of(
        one(
            "weight_norm",
            List.of(Shape.of(4, 3), Shape.of(3)),
            Shape.of(4),
            (p, x) -> x.matmul(p.get(0).div(Functions.norm(p.get(0), 0)).mul(p.get(1))).tanh()),
        one(
            "spectral",
            List.of(Shape.of(4, 3)),
            Shape.of(4),
            (p, x) -> {
              Value u = p.get(0).full(DType.F64, Shape.of(3), 1.0);
              for (int k = 0; k < 2; k++) {
                Value v = p.get(0).matmul(u);
                v = v.div(v.square().sum().sqrt());
                u = v.matmul(p.get(0));
                u = u.div(u.square().sum().sqrt());
              }
              Value sg = p.get(0).matmul(u).square().sum().sqrt();
              return x.matmul(p.get(0).div(sg));
            }),
        one(
            "lora",
            List.of(Shape.of(4, 4), Shape.of(4, 1), Shape.of(1, 4)),
            Shape.of(4),
            (p, x) -> {
              Value w = p.get(0).add(p.get(1).matmul(p.get(2)));
              return x.matmul(w).tanh().matmul(w.transpose());
            }),
        one(
            "hyper2",
            List.of(Shape.of(2, 2), Shape.of(2, 3), Shape.of(3, 6)),
            Shape.of(2),
            (p, x) -> {
              Value w = p.get(0).matmul(p.get(1)).tanh().matmul(p.get(2)).reshape(2L, 2L, 3L);
              return x.matmul(w.get(0, 0)).tanh().matmul(w.get(0, 1).transpose());
            }),
        one(
            "mahalanobis",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) -> Functions.einsum("ni,ia,ja,nj->n", x, p.get(0), p.get(0), x)),
        one(
            "moe_top1",
            List.of(Shape.of(4, 2), Shape.of(2, 4, 3)),
            Shape.of(4),
            (p, x) -> {
              Value lg = x.matmul(p.get(0));
              Value w = p.get(1).take(lg.argmax(1));
              return Functions.einsum("ni,nio->no", x, w).mul(lg.maxKeepDims(1));
            }),
        one(
            "attention_shared_qK",
            List.of(Shape.of(2, 2)),
            Shape.of(3, 2),
            (p, x) -> {
              Value q = x.matmul(p.get(0));
              return Functions.softmax(q.matmul(q.swapAxes(1, 2)), -1)
                  .matmul(x.matmul(p.get(0).transpose()));
            }),
        one(
            "prefix",
            List.of(Shape.of(2, 2), Shape.of(2, 2)),
            Shape.of(3, 2),
            (p, x) -> {
              Value h =
                  Functions.concatenate(1, p.get(0).expandDims(0).broadcastTo(x.dim(0), 2, 2), x)
                      .matmul(p.get(1))
                      .tanh();
              return h.sum(1).matmul(p.get(0));
            }),
        one(
            "butterfly",
            List.of(Shape.of(2, 2, 2)),
            Shape.of(4),
            (p, x) -> {
              Value h = x.reshape(-1L, 2L, 2L);
              h = Functions.einsum("nab,abc->nac", h, p.get(0));
              return Functions.einsum("nab,bac->nbc", h, p.get(0)).reshape(-1L, 4L);
            }),
        one(
            "tucker",
            List.of(Shape.of(2, 2), Shape.of(2, 2, 2)),
            Shape.of(2, 2, 2),
            (p, x) ->
                Functions.einsum(
                    "nijk,ia,jb,kc,abc->n", x, p.get(0), p.get(0), p.get(0), p.get(1))),
        one(
            "kron_self",
            List.of(Shape.of(2, 2)),
            Shape.of(4),
            (p, x) ->
                x.matmul(Functions.einsum("ab,cd->acbd", p.get(0), p.get(0)).reshape(4L, 4L))
                    .tanh()));
  }
}
