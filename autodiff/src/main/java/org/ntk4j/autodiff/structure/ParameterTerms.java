package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.autodiff.structure.Uses.UseSide;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;

/// The kernel of one parameter: the sum over pairs of its uses, or the Gram matrix of the summed
/// gradients, whichever is cheaper.
final class ParameterTerms {
  private final Builder b;
  private final StructureOptions options;
  private final KernelShape shape;
  private final List<UseSide> first;
  private final Optional<List<UseSide>> second;
  private final Set<String> orders = new LinkedHashSet<>();
  private ContractionCost cost = ContractionCost.NONE;
  private boolean exact = true;

  /// @param second absent if it is the first, and the kernel symmetric
  ParameterTerms(
      Builder b,
      KernelShape shape,
      List<UseSide> first,
      Optional<List<UseSide>> second,
      StructureOptions options) {
    this.b = b;
    this.options = options;
    this.shape = shape;
    this.first = first;
    this.second = second;
  }

  /// One term of the sum.
  ///
  /// @param swapped whether its mirror image is added too
  private record Pair(Einsums.Planned planned, boolean swapped) {}

  /// Emits the kernel; a literal zero where a side has no use.
  Atom emit() {
    List<UseSide> others = second.orElse(first);
    if (first.isEmpty() || others.isEmpty()) {
      return Literal.of(0, shape.aval());
    }
    List<Pair> pairs = pairs();
    ContractionCost pairsCost =
        pairs.stream()
            .map(p -> p.planned.cost())
            .reduce(ContractionCost.NONE, ContractionCost::plus);
    boolean several = first.size() > 1 || others.size() > 1;
    if (several) {
      Summed summed = new Summed();
      if (summed.cost().seconds() < pairsCost.seconds()) {
        cost = summed.cost();
        exact = summed.planned.isMirrored();
        orders.add("sum-first");
        return normalized(summed.emit());
      }
    }
    cost = pairsCost;
    pairs.forEach(p -> orders.add(Orders.name(p.planned)));
    exact = pairs.stream().allMatch(p -> p.swapped || p.planned.isMirrored());
    return normalized(
        pairs.stream()
            .map(this::emit)
            .reduce((x, y) -> b.add(x, y))
            .orElse(Literal.of(0, shape.aval())));
  }

  /// Whether a symmetric kernel, once emitted, is symmetric to the last bit: if not, its order of
  /// contraction makes it so to rounding only.
  boolean isExactlySymmetric() {
    return exact;
  }

  private Atom normalized(Atom kernel) {
    return shape.traced() <= 1 || kernel instanceof Literal literal && literal.is(0)
        ? kernel
        : b.scale(kernel, 1.0 / shape.traced());
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    List<UseSide> others = second.orElse(first);
    for (int i = 0; i < first.size(); i++) {
      for (int j = second.isPresent() ? 0 : i; j < others.size(); j++) {
        Einsum einsum = einsum(first.get(i), others.get(j));
        einsum = second.isEmpty() && i == j ? einsum : einsum.withoutMirror();
        if (!einsum.isZero()) {
          boolean swapped = second.isEmpty() && i != j;
          slabs(einsum).forEach(planned -> pairs.add(new Pair(planned, swapped)));
        }
      }
    }
    return pairs;
  }

  private List<Einsums.Planned> slabs(Einsum einsum) {
    Einsums.Planned whole = Einsums.plan(einsum, elementBytes());
    return Slabs.of(b, whole, elementBytes(), options.gradientBytes());
  }

  private int elementBytes() {
    return dtype().sizeBytes();
  }

  private DType dtype() {
    return shape.aval().dtype();
  }

  /// The einsum of two uses: with deltas where that works, else with cotangents as arrays, else
  /// with both expanded to the parameter's own indices.
  private Einsum einsum(UseSide x, UseSide y) {
    return term(x.best(), y.best())
        .or(() -> term(x.dense(), y.dense()))
        .orElseGet(() ->
            term(expanded(x.dense()), expanded(y.dense()))
                .orElseThrow(() -> new IllegalStateException("bug: expanded uses do not meet")));
  }

  private Optional<Einsum> term(Side x, Side y) {
    return Term.of(b, dtype(), x, y.fresh(), shape.axes());
  }

  private Side expanded(Side side) {
    return Expansion.of(b, List.of(side), dtype());
  }

  private Atom emit(Pair pair) {
    Atom term = Einsums.emit(b, pair.planned, shape.aval());
    return pair.swapped ? b.add(term, b.transpose(term, shape.swap())) : term;
  }

  /// Gradients by the parameter's own indices, summed over the uses, and their Gram matrix.
  private final class Summed {
    private final Einsums.Planned planned;
    private final ContractionCost cost;

    Summed() {
      Side x = sum(first);
      Side y = second.map(this::sum).orElse(x);
      Einsum einsum = term(x, y).orElseThrow();
      planned = Einsums.plan(second.isPresent() ? einsum.withoutMirror() : einsum, elementBytes());
      ContractionCost total = planned.cost();
      List<UseSide> all = new ArrayList<>(first);
      second.ifPresent(all::addAll);
      for (UseSide use : all) {
        total = total.plus(Expansion.cost(use.dense(), dtype()));
      }
      cost = total;
    }

    private Side sum(List<UseSide> uses) {
      return Expansion.of(b, uses.stream().map(UseSide::dense).toList(), dtype());
    }

    ContractionCost cost() {
      return cost;
    }

    Atom emit() {
      return Einsums.emit(b, planned, shape.aval());
    }
  }

  /// The row of the plan, once emitted.
  TermPlan plan(String name, Aval parameter, List<String> fallbacks) {
    return new TermPlan(
        name,
        Optional.of(parameter.shape()),
        first.size(),
        first.isEmpty() ? "unused" : Structures.describe(first.getFirst().dense().map()),
        String.join(", ", orders),
        (long) cost.operations(),
        (long) cost.bytes(),
        fallbacks);
  }
}
