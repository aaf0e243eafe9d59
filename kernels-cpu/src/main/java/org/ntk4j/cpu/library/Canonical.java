package org.ntk4j.cpu.library;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.cpu.library.GemmProblem.Matrices;

/// A matrix product that computes the same as a given one with fewer and larger matrices.
///
/// @param problem with columns of `C` that follow one another where one of its strides is 1, and as
///   few dimensions of the batch as the strides allow
/// @param exchanged whether its `A` is the `B` that was given, and its `B` the `A`
record Canonical(GemmProblem problem, boolean exchanged) {

  static Canonical of(GemmProblem p) {
    // Cᵀ = Bᵀ Aᵀ where the rows of C follow one another.
    boolean exchange = p.c().column() != 1 && p.n() > 1 && (p.c().row() == 1 || p.m() == 1);
    GemmProblem q = dropped(exchange ? swapped(p) : p);
    return new Canonical(p.symmetric() ? merged(q) : merged(folded(q)), exchange);
  }

  private static GemmProblem swapped(GemmProblem p) {
    return new GemmProblem(
        p.dtype(),
        p.batch(),
        p.n(),
        p.m(),
        p.k(),
        p.b().transposed(),
        p.a().transposed(),
        p.c().transposed(),
        p.alpha(),
        p.beta(),
        p.symmetric());
  }

  private static GemmProblem dropped(GemmProblem p) {
    GemmProblem q = p;
    for (int d = p.batch().size() - 1; d >= 0; d--) {
      q = q.batch().get(d) == 1 ? without(q, d) : q;
    }
    return q;
  }

  private static GemmProblem without(GemmProblem p, int d) {
    return withBatch(
        p,
        removed(p.batch(), d),
        p.a().withBatch(removed(p.a().batch(), d)),
        p.b().withBatch(removed(p.b().batch(), d)),
        p.c().withBatch(removed(p.c().batch(), d)));
  }

  private static GemmProblem withBatch(
      GemmProblem p, List<Long> batch, Matrices a, Matrices b, Matrices c) {
    return new GemmProblem(
        p.dtype(), batch, p.m(), p.n(), p.k(), a, b, c, p.alpha(), p.beta(), p.symmetric());
  }

  private static List<Long> removed(List<Long> from, int d) {
    List<Long> left = new ArrayList<>(from);
    left.remove(d);
    return left;
  }

  /// A dimension of the batch that only one factor has becomes part of that factor's rows, or
  /// columns.
  private static GemmProblem folded(GemmProblem p) {
    for (int d = 0; d < p.batch().size(); d++) {
      if (p.b().batch().get(d) == 0) {
        GemmProblem q = intoRows(p, d);
        if (q != p) {
          return folded(q);
        }
      }
      if (p.a().batch().get(d) == 0) {
        GemmProblem q = intoRows(swapped(p), d);
        if (q.batch().size() < p.batch().size()) {
          return folded(swapped(q));
        }
      }
    }
    return p;
  }

  private static GemmProblem intoRows(GemmProblem p, int d) {
    long size = p.batch().get(d);
    long a = p.a().batch().get(d);
    long c = p.c().batch().get(d);
    boolean outer = a == p.m() * p.a().row() && c == p.m() * p.c().row();
    boolean inner = p.a().row() == size * a && p.c().row() == size * c;
    if (p.m() == 1) {
      outer = false;
      inner = true;
    }
    if (!outer && !inner) {
      return p;
    }
    GemmProblem q = without(p, d);
    Matrices aJoined = outer ? q.a() : q.a().withRow(a);
    Matrices cJoined = outer ? q.c() : q.c().withRow(c);
    long rows = q.m() * size;
    boolean usable =
        Leading.of(aJoined, rows, q.k()).isPresent()
            && Leading.of(cJoined, rows, q.n()).isPresent();
    return usable ? joined(q, rows, aJoined, cJoined) : p;
  }

  private static GemmProblem joined(GemmProblem p, long rows, Matrices a, Matrices c) {
    return new GemmProblem(
        p.dtype(), p.batch(), rows, p.n(), p.k(), a, p.b(), c, p.alpha(), p.beta(), p.symmetric());
  }

  /// Two dimensions of the batch that can be walked as one become one.
  private static GemmProblem merged(GemmProblem p) {
    for (int d = 0; d + 1 < p.batch().size(); d++) {
      long size = p.batch().get(d + 1);
      if (continues(p.a(), d, size) && continues(p.b(), d, size) && continues(p.c(), d, size)) {
        List<Long> batch = new ArrayList<>(p.batch());
        batch.set(d + 1, size * batch.get(d));
        GemmProblem joined = withBatch(p, batch, p.a(), p.b(), p.c());
        return merged(without(joined, d));
      }
    }
    return p;
  }

  private static boolean continues(Matrices x, int d, long size) {
    return x.batch().get(d) == size * x.batch().get(d + 1);
  }
}
