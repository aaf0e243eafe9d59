package org.ntk4j.ir.epilogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.epilogue.ResultAxes.Loop;
import org.ntk4j.ir.nest.Accesses;
import org.ntk4j.ir.nest.Rewrite;
import org.ntk4j.ir.schedule.Epilogue.Part;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.Step;

/// A nest each iteration of which reads one element of a product's result, or its mirror image.
///
/// @param producer number of the product's step
/// @param slot of the nest, in which the result is
/// @param nest loops are cut where axes of the result end
/// @param at the element
/// @param parts see [org.ntk4j.ir.schedule.Epilogue]
record Candidate(
    int producer,
    Step.Product product,
    int slot,
    LoopNest nest,
    List<Integer> buffers,
    Index at,
    List<Part> parts) {
  Candidate {
    buffers = List.copyOf(buffers);
    parts = List.copyOf(parts);
  }

  /// The nest of `loops` as one; empty if its iterations are not the elements.
  static Optional<Candidate> of(int producer, Step.Product product, Step.Loops loops, int slot) {
    LoopNest nest = loops.nest();
    Optional<ResultAxes> axes = ResultAxes.of(product.product(), nest.slots().get(slot).elements());
    List<Load> loads = loads(nest, slot);
    if (axes.isEmpty() || loads.isEmpty()) {
      return Optional.empty();
    }
    return axes.get()
        .loops(loads.getFirst().at(), nest.extents())
        .map(cut -> of(producer, product, loops, slot, cut))
        .filter(c -> c.readsOwn(axes.get()));
  }

  private static Candidate of(
      int producer, Step.Product product, Step.Loops loops, int slot, List<List<Loop>> cut) {
    List<Loop> all = cut.stream().flatMap(List::stream).toList();
    LoopNest nest = loops.nest();
    if (all.size() > nest.rank()) {
      List<Long> extents = all.stream().map(Loop::extent).toList();
      nest = Rewrite.of(nest, extents, old -> coefficients(old, cut));
    }
    Index at = loads(nest, slot).getFirst().at();
    List<Part> parts = all.stream().map(Loop::part).toList();
    return new Candidate(producer, product, slot, nest, loops.buffers(), at, parts);
  }

  /// Of the parts of loops, from those of the loops.
  private static List<Long> coefficients(List<Long> old, List<List<Loop>> cut) {
    List<Long> coefficients = new ArrayList<>();
    for (int d = 0; d < old.size(); d++) {
      List<Long> own = new ArrayList<>();
      long next = old.get(d);
      for (Loop part : cut.get(d).reversed()) {
        own.addFirst(next);
        next *= part.extent();
      }
      coefficients.addAll(own);
    }
    return coefficients;
  }

  private static List<Load> loads(LoopNest nest, int slot) {
    return Accesses.of(nest).loads().stream().filter(l -> l.slot() == slot).toList();
  }

  private boolean readsOwn(ResultAxes axes) {
    boolean symmetric = product.product().symmetric();
    return loads(nest, slot).stream()
        .allMatch(l -> axes.isElement(l.at(), nest.extents(), parts, symmetric));
  }
}
