package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Reshape;

/// A program `K(θ, x, y)` cut by what its values depend on: `K(θ, x, y) = pair(θ, s, x, y, f, g)`
/// with `s = shared(θ)`, `f = first(θ, s, x)`, `g = second(θ, s, y)`.
///
/// What is computed for one `x` thus serves every `y`. A value that another part needs is handed
/// over, but not one that is only a broadcast or a reshape of a smaller or equal one, or a
/// constant: the part that needs it makes it again.
///
/// @param shared `(θ..) -> s..`
/// @param first `(θ.., s.., x..) -> f..`
/// @param second `(θ.., s.., y..) -> g..`
/// @param pair `(θ.., s.., x.., y.., f.., g..) -> outputs of K`
public record Split(Program shared, Program first, Program second, Program pair) {

  private enum Part {
    SHARED,
    FIRST,
    SECOND,
    PAIR;

    /// The part of a value made of one of this part and one of `other`.
    Part with(Part other) {
      if (this == SHARED || this == other) {
        return other;
      }
      return other == SHARED ? this : PAIR;
    }
  }

  /// `p`, cut.
  ///
  /// @param parameters how many of the leading inputs are `θ`
  /// @param xs how many of the following ones are `x`; the rest is `y`
  public static Split of(Program p, int parameters, int xs) {
    return new Cutter(p, parameters, xs, false).cut();
  }

  /// `p`, cut so that less is handed over: products and convolutions that are much larger than what
  /// they are made of, such as gradients of examples, are made again for each pair, and do not
  /// exist all at once.
  public static Split lean(Program p, int parameters, int xs) {
    return new Cutter(p, parameters, xs, true).cut();
  }

  private static Stream<Var> variables(Atom a) {
    return a instanceof Var v ? Stream.of(v) : Stream.empty();
  }

  private static final class Cutter {
    /// How many times as large as its operands a value is that is not handed over.
    private static final long MUCH = 2;

    private final Program p;
    private final List<Var> theta;
    private final List<Var> x;
    private final List<Var> y;
    private final Map<Var, Part> home = new HashMap<>();
    private final Set<Var> constant = new HashSet<>();
    private final Set<Var> large = new HashSet<>();

    /// Of how many products a variable is an operand.
    private final Map<Var, Integer> products = new HashMap<>();

    private final boolean lean;
    private final Map<Part, Set<Var>> handedOver = new EnumMap<>(Part.class);

    Cutter(Program p, int parameters, int xs, boolean lean) {
      this.p = p;
      this.lean = lean;
      this.theta = p.inputs().subList(0, parameters);
      this.x = p.inputs().subList(parameters, parameters + xs);
      this.y = p.inputs().subList(parameters + xs, p.inputs().size());
      theta.forEach(v -> home.put(v, Part.SHARED));
      x.forEach(v -> home.put(v, Part.FIRST));
      y.forEach(v -> home.put(v, Part.SECOND));
      for (Part part : Part.values()) {
        handedOver.put(part, new LinkedHashSet<>());
      }
      p.equations().stream()
          .filter(Cutter::isProduct)
          .flatMap(e -> operands(e).stream())
          .forEach(v -> products.merge(v, 1, Integer::sum));
      p.equations().forEach(this::place);
    }

    private void place(Equation e) {
      Part part = Part.SHARED;
      boolean free = !(e.op() instanceof HigherOrder);
      for (Atom a : e.in()) {
        if (a instanceof Var v) {
          part = part.with(home(v));
          free &= constant.contains(v);
        }
      }
      for (Var v : e.out()) {
        home.put(v, part);
        if (free) {
          constant.add(v);
        }
      }
      if (lean && (part == Part.FIRST || part == Part.SECOND) && isLarge(e)) {
        large.addAll(e.out());
      }
    }

    /// Whether `e` makes something large of something small, or the same of something large.
    private boolean isLarge(Equation e) {
      List<Var> of = operands(e);
      long size = e.out().stream().mapToLong(v -> v.aval().size()).sum();
      return isProduct(e)
          ? size >= MUCH * of.stream().mapToDouble(this::share).sum()
          : of.size() == 1 && large.contains(of.getFirst()) && size == of.getFirst().aval().size();
    }

    /// What each of the products of `v` contributes to its size: slabs of gradients share operands.
    private double share(Var v) {
      return (double) v.aval().size() / products.getOrDefault(v, 1);
    }

    private static boolean isProduct(Equation e) {
      return e.op() instanceof Contract || e.op() instanceof Conv;
    }

    private static List<Var> operands(Equation e) {
      return e.in().stream().flatMap(Split::variables).distinct().toList();
    }

    private Part home(Var v) {
      return Objects.requireNonNull(home.get(v), "bug: a variable is used before it is bound");
    }

    Split cut() {
      List<Equation> pairs = body(Part.PAIR, p.outputs());
      List<Equation> firsts = body(Part.FIRST, handedOver(Part.FIRST));
      List<Equation> seconds = body(Part.SECOND, handedOver(Part.SECOND));
      List<Var> s = handedOver(Part.SHARED);
      List<Var> f = handedOver(Part.FIRST);
      List<Var> g = handedOver(Part.SECOND);
      Split split =
          new Split(
              new Program(theta, body(Part.SHARED, s), s),
              new Program(join(theta, s, x), firsts, f),
              new Program(join(theta, s, y), seconds, g),
              new Program(join(theta, s, x, y, f, g), pairs, p.outputs()));
      Verify.check(split.shared, "split (shared)");
      Verify.check(split.first, "split (first)");
      Verify.check(split.second, "split (second)");
      Verify.check(split.pair, "split (pair)");
      return split;
    }

    /// What other parts need of `part`, in the order of binding.
    private List<Var> handedOver(Part part) {
      Set<Var> needed = Objects.requireNonNull(handedOver.get(part), "bug: no such part");
      List<Var> ordered = new ArrayList<>();
      p.equations().forEach(e -> e.out().stream().filter(needed::contains).forEach(ordered::add));
      return ordered;
    }

    /// The equations of `part` that `outputs` need; what they need of other parts is noted.
    private List<Equation> body(Part part, List<? extends Atom> outputs) {
      Set<Var> needed = new HashSet<>();
      outputs.forEach(a -> need(a, needed));
      List<Equation> body = new ArrayList<>();
      for (Equation e : p.equations().reversed()) {
        if (e.out().stream().noneMatch(needed::contains)) {
          continue;
        }
        Part own = home(e.out().getFirst());
        if (own == part || isMadeAgain(e)) {
          body.add(e);
          e.in().forEach(a -> need(a, needed));
        } else {
          Set<Var> others = Objects.requireNonNull(handedOver.get(own), "bug: no such part");
          e.out().stream().filter(needed::contains).forEach(others::add);
        }
      }
      return body.reversed();
    }

    private boolean isMadeAgain(Equation e) {
      return e.op() instanceof Broadcast
          || e.op() instanceof Reshape
          || constant.contains(e.out().getFirst())
          || large.contains(e.out().getFirst());
    }

    private static void need(Atom a, Set<Var> needed) {
      if (a instanceof Var v) {
        needed.add(v);
      }
    }

    @SafeVarargs
    private static List<Var> join(List<Var>... lists) {
      List<Var> all = new ArrayList<>();
      for (List<Var> list : lists) {
        all.addAll(list);
      }
      return all;
    }
  }
}
