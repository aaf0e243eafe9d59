package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.tests.CountedKernels.dims;
import static org.ntk4j.tests.CountedKernels.f64;
import static org.ntk4j.tests.CountedKernels.params;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.autodiff.structure.TermPlan;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// The term of one parameter costs what the formula of its consumer says, in the order planned.
class TermCostTest {
  /// The parameter `w` of a network, the order of contraction, and the multiply-adds of its term.
  record Row(String name, CountedKernels kernels, String order, long multiplyAdds) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final long N = 10;
  private static final long M = 8;
  private static final long O = 3;

  private static Value at(Tree<Value> p, String name) {
    return p.get(name).value();
  }

  /// `Σ_p tanh(y[n,p,w]) v[w,o]`: gives `y` a cotangent without further structure.
  private static Tree<Value> head(Tree<Value> p, Value y) {
    Value h = y.tanh();
    while (h.rank() > 2) {
      h = h.sum(1);
    }
    return Tree.of(h.matmul(at(p, "v")));
  }

  private static CountedKernels counted(
      Network network, long[] weight, long features, Aval x1, Aval x2) {
    return new CountedKernels(
        network, params("w", weight, "v", dims(features, O)), Tree.of(x1), Tree.of(x2));
  }

  private static Row positions(String name, long p, long i, long w, String order, long expected) {
    Network network = (q, x) -> head(q, x.value().matmul(at(q, "w")));
    Aval x1 = p == 0 ? f64(N, i) : f64(N, p, i);
    Aval x2 = p == 0 ? f64(M, i) : f64(M, p, i);
    return new Row(name, counted(network, dims(i, w), w, x1, x2), order, expected);
  }

  static List<Row> rows() {
    return List.of(
        positions("dense", 0, 64, 48, "inside-out", insideOut(1, 64, 48)),
        positions("few positions", 2, 64, 48, "inside-out", insideOut(2, 64, 48)),
        positions("many positions", 100, 16, 12, "outside-in", outsideIn(100, 16, 12)),
        heads(),
        bias(),
        scale(),
        convolution(),
        embedding());
  }

  /// `N² P² I + N² O² P² W + N² O² P²`.
  private static long insideOut(long p, long i, long w) {
    return N * M * (p * p * i + O * O * p * p * w + O * O * p * p);
  }

  /// `N O P I W` for each side, `N² O² I W`.
  private static long outsideIn(long p, long i, long w) {
    return (N + M) * O * p * i * w + N * M * O * O * i * w;
  }

  /// `y[n,h,p,e] = Σ_i x[n,p,i] w[h,i,e]`: block diagonal, so no more than a matrix of as many
  /// elements.
  private static Row heads() {
    long h = 4;
    long e = 5;
    long i = 16;
    long p = 100;
    Network network =
        (q, x) -> {
          Value y = x.value().expandDims(1).matmul(at(q, "w"));
          return head(q, y);
        };
    return new Row(
        "heads",
        counted(network, dims(h, i, e), e, f64(N, p, i), f64(M, p, i)),
        "outside-in",
        outsideIn(p, i, h * e));
  }

  /// `Σ_w (Σ_p A)(Σ_p' A')`.
  private static Row bias() {
    long w = 12;
    Network network = (q, x) -> head(q, x.value().add(at(q, "w")));
    return new Row(
        "bias",
        counted(network, dims(w), w, f64(N, 20, w), f64(M, 20, w)),
        "direct",
        N * M * O * O * w);
  }

  /// `Σ_w (Σ_p A x)(Σ_p' A' x')`; the backward pass has multiplied by `x` already.
  private static Row scale() {
    long w = 12;
    long p = 20;
    Network network = (q, x) -> head(q, x.value().mul(at(q, "w")));
    return new Row(
        "scale",
        counted(network, dims(w), w, f64(N, p, w), f64(M, p, w)),
        "direct",
        N * M * O * O * w);
  }

  /// As with positions, the taps and channels in place of `i`.
  private static Row convolution() {
    long t = 3;
    long c = 6;
    long w = 8;
    long p = 40;
    Network network = (q, x) -> head(q, x.value().conv(at(q, "w")).value());
    return new Row(
        "convolution",
        counted(network, dims(t, c, w), w, f64(N, p + t - 1, c), f64(M, p + t - 1, c)),
        "outside-in",
        outsideIn(p, t * c, w));
  }

  /// `Σ_{t,t'} [ids = ids'] Σ_d A A'`, one side taken into the other through the table.
  private static Row embedding() {
    long t = 16;
    long d = 32;
    Network network = (q, x) -> head(q, at(q, "w").take(x.value()));
    return new Row(
        "embedding",
        counted(network, dims(50_000, d), d, Aval.of(DType.I64, N, t), Aval.of(DType.I64, M, t)),
        "left-to-right",
        N * M * (O * t * t * d + O * O * t * d));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_term_costs_what_the_formula_says(Row row) {
    TermPlan term =
        row.kernels().between().plan().stream()
            .filter(t -> t.parameter().equals("w"))
            .findFirst()
            .orElseThrow();
    assertEquals(row.order(), term.order());
    assertEquals(2 * row.multiplyAdds(), term.operations());
    assertEquals(List.of(), term.fallbacks());
  }
}
