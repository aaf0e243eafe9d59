package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Products of matrices and tensors.
final class ProductOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.single("Det", 11, ProductOperators::determinant),
          Operator.single(
              "Einsum",
              12,
              node ->
                  Functions.einsum(
                      node.attributes()
                          .required("equation", node.attributes().text("equation"))
                          .replace(" ", ""),
                      node.values().toArray(Value[]::new))),
          Operator.single("Gemm", 7, ProductOperators::gemm),
          Operator.binary("MatMul", 1, Value::matmul));

  /// Larger determinants would take too many operations by expansion.
  private static final long MAX_EXPANDED = 7;

  private ProductOperators() {}

  static Value gemm(Node node) {
    Attributes attributes = node.attributes();
    Value a = node.value(0);
    Value b = node.value(1);
    if (a.rank() != 2 || b.rank() != 2) {
      throw node.error("multiplies %s and %s; expected matrices".formatted(a.aval(), b.aval()));
    }
    Value left = attributes.flag("transA", false) ? a.transpose() : a;
    Value right = attributes.flag("transB", false) ? b.transpose() : b;
    Value product = scaled(left.matmul(right), attributes.number("alpha", 1));
    double beta = attributes.number("beta", 1);
    Optional<Value> c = node.optionalValue(2);
    return c.isEmpty() || beta == 0
        ? product
        : product.add(scaled(c.get(), beta).broadcastTo(product.shape()));
  }

  private static Value scaled(Value x, double factor) {
    return factor == 1 ? x : x.mul(factor);
  }

  private static Value determinant(Node node) {
    Value x = node.value(0);
    if (x.rank() < 2 || x.dim(-1) != x.dim(-2)) {
      throw node.error("is given %s; expected square matrices".formatted(x.aval()));
    }
    if (x.dim(-1) > MAX_EXPANDED) {
      throw node.error(
          "is given matrices of size %d; expected at most %d".formatted(x.dim(-1), MAX_EXPANDED));
    }
    return expansion(x);
  }

  /// `det x = Σ_j (-1)^j x[0, j] det(x without row 0 and column j)`.
  private static Value expansion(Value x) {
    long n = x.dim(-1);
    Shape batch = x.shape().subShape(0, x.rank() - 2);
    if (n == 0) {
      return x.full(x.dtype(), batch, 1);
    }
    Value rest = x.slice(-2, 1, n);
    List<Value> terms = new ArrayList<>();
    for (long j = 0; j < n; j++) {
      Value factor = x.slice(-2, 0, 1).slice(-1, j, j + 1).reshape(batch);
      Value minor =
          Functions.concatenate(-1, List.of(rest.slice(-1, 0, j), rest.slice(-1, j + 1, n)));
      Value term = factor.mul(expansion(minor));
      terms.add(j % 2 == 0 ? term : term.neg());
    }
    return Functions.sum(terms.toArray(Value[]::new));
  }
}
