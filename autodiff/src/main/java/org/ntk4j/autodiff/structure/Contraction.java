package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.ntk4j.autodiff.structure.ContractionPath.Leaf;
import org.ntk4j.autodiff.structure.ContractionPath.Pair;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;

/// Emits an einsum along a path.
final class Contraction {
  private final Builder b;
  private final List<Dense> factors;
  private final Set<Index> out;

  private Contraction(Builder b, List<Dense> factors, Set<Index> out) {
    this.b = b;
    this.factors = factors;
    this.out = out;
  }

  /// The result, with an axis per list of `einsum.outs`.
  ///
  /// @param factors the factors, dense, in the order of the path's leaves
  /// @param result dtype and shape of the result
  static Atom emit(
      Builder b, Einsum einsum, List<Dense> factors, ContractionPath path, Aval result) {
    Set<Index> out = einsum.outIndices();
    Contraction c = new Contraction(b, factors, out);
    Dense product = c.sumTo(c.emit(path), i -> out.contains(i));
    double scale = einsum.coefficient() * einsum.freeSize();
    Atom scaled = scale == 1 ? product.array() : b.scale(product.array(), scale);
    return layOut(b, new Dense(scaled, product.indices()), einsum.outs(), result);
  }

  /// The result of an einsum without factors.
  static Atom constant(Builder b, Einsum einsum, Aval result) {
    Aval scalar = Aval.of(result.dtype());
    Dense value = new Dense(b.fill(einsum.coefficient() * einsum.freeSize(), scalar), List.of());
    return layOut(b, value, einsum.outs(), result);
  }

  /// Gives `value` an axis per list of `outs`; an index in several of them makes a diagonal.
  private static Atom layOut(Builder b, Dense value, List<List<Index>> outs, Aval result) {
    List<Index> wanted = new ArrayList<>();
    Set<Index> seen = new HashSet<>();
    Dense current = value;
    for (List<Index> axis : outs) {
      for (Index i : axis) {
        if (seen.add(i)) {
          wanted.add(i);
        } else {
          Index again = new Index(i.size());
          Dense delta = new Dense(Arrays.identity(b, result.dtype(), i.size()), List.of(i, again));
          current = multiply(b, current, delta);
          wanted.add(again);
        }
      }
    }
    Atom laid = current.broadcast(b, wanted).array();
    return Arrays.reshape(b, laid, result.shape());
  }

  private Dense emit(ContractionPath path) {
    return switch (path) {
      case Leaf(var k) -> factors.get(k);
      case Pair(var left, var right, _) -> {
        Predicate<Index> needed = needed(path.members());
        Dense x = emit(left);
        Dense y = emit(right);
        Dense ownX = sumTo(x, i -> needed.test(i) || y.indices().contains(i));
        Dense ownY = sumTo(y, i -> needed.test(i) || x.indices().contains(i));
        yield contract(ownX, ownY, needed);
      }
    };
  }

  private Dense sumTo(Dense x, Predicate<Index> kept) {
    return x.sumTo(b, kept);
  }

  private Predicate<Index> needed(long members) {
    Set<Index> needed = new HashSet<>(out);
    for (int k = 0; k < factors.size(); k++) {
      if ((members >>> k & 1) == 0) {
        needed.addAll(factors.get(k).indices());
      }
    }
    return needed::contains;
  }

  private Dense contract(Dense x, Dense y, Predicate<Index> needed) {
    List<Index> shared = x.indices().stream().filter(y.indices()::contains).toList();
    List<Index> batch = shared.stream().filter(needed).toList();
    List<Index> contracted = shared.stream().filter(needed.negate()).toList();
    if (contracted.isEmpty()) {
      return multiply(b, x, y);
    }
    Atom z =
        b.contract(
            x.array(),
            y.array(),
            axes(x, batch),
            axes(y, batch),
            axes(x, contracted),
            axes(y, contracted));
    return new Dense(z, Dense.concat(batch, free(x, shared), free(y, shared)));
  }

  /// `z[x ∪ y] = x y`.
  private static Dense multiply(Builder b, Dense x, Dense y) {
    List<Index> all =
        x.indices().containsAll(y.indices())
            ? x.indices()
            : y.indices().containsAll(x.indices())
                ? y.indices()
                : Dense.concat(x.indices(), free(y, x.indices()));
    return new Dense(b.mul(x.broadcast(b, all).array(), y.broadcast(b, all).array()), all);
  }

  private static List<Integer> axes(Dense x, List<Index> indices) {
    return indices.stream().map(x.indices()::indexOf).toList();
  }

  private static List<Index> free(Dense x, List<Index> shared) {
    return x.indices().stream().filter(i -> !shared.contains(i)).toList();
  }

  /// The shape of a result with these axes.
  static Shape shape(List<List<Index>> outs) {
    return Shape.of(outs.stream().map(Index::size).toList());
  }
}
