package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;

/// Plans and emits einsums: first what becomes of patches, then the order of contraction.
final class Einsums {
  private Einsums() {}

  /// An einsum with its order of contraction.
  ///
  /// @param operands the leaves of the path; a weight gradient stands for the pair it replaces
  record Planned(
      Einsum einsum, List<Operand> operands, ContractionPath path, ContractionCost cost) {
    Planned {
      operands = List.copyOf(operands);
    }

    /// Whether the last step contracts a result with its own mirror image, or there is none.
    boolean isMirrored() {
      return switch (path) {
        case ContractionPath.Leaf _ -> true;
        case ContractionPath.Pair pair -> pair.mirrored();
      };
    }
  }

  /// The cheaper of forming all patches and of contracting them with their cotangents by
  /// convolution.
  static Planned plan(Einsum einsum, int elementBytes) {
    if (einsum.isZero() || einsum.factors().isEmpty()) {
      return new Planned(einsum, List.of(), new ContractionPath.Leaf(0), ContractionCost.NONE);
    }
    Planned formed = search(einsum, List.copyOf(einsum.factors()), einsum.mirror(), elementBytes);
    List<Operand> fused = fuse(einsum);
    int gone = einsum.factors().size() - fused.size();
    if (gone == 0) {
      return formed;
    }
    int mirror = einsum.mirror() > 0 && gone % 2 == 0 ? einsum.mirror() - gone / 2 : 0;
    Planned convolved = search(einsum, fused, mirror, elementBytes);
    return convolved.cost().seconds() < formed.cost().seconds() ? convolved : formed;
  }

  /// `einsum`, which has the form of that of `whole`, in the same order.
  ///
  /// @param share of the cost
  static Planned like(Planned whole, Einsum einsum, double share) {
    boolean formed = whole.operands().size() == einsum.factors().size();
    List<Operand> operands = formed ? List.copyOf(einsum.factors()) : fuse(einsum);
    return new Planned(einsum, operands, whole.path(), whole.cost().times(share));
  }

  private static List<Operand> fuse(Einsum einsum) {
    Set<Index> out = einsum.outIndices();
    List<Operand> fused = new ArrayList<>(einsum.factors());
    for (Factor f : einsum.factors()) {
      if (f instanceof Patches patches) {
        // Among what is left: a cotangent with the positions of two images serves one of them.
        WeightGradient.of(patches, List.copyOf(fused), out)
            .ifPresent(gradient -> {
              fused.set(fused.indexOf(patches), gradient);
              fused.remove(gradient.cotangent());
            });
      }
    }
    return fused;
  }

  private static Planned search(
      Einsum einsum, List<Operand> operands, int mirror, int elementBytes) {
    List<Set<Index>> indices = new ArrayList<>();
    operands.forEach(o -> indices.add(new HashSet<>(o.indices())));
    PathSearch.Found found = PathSearch.best(indices, einsum.outIndices(), mirror, elementBytes);
    ContractionCost cost = found.cost();
    for (int k = 0; k < operands.size(); k++) {
      boolean image = k >= mirror && k < 2 * mirror;
      cost = image ? cost : cost.plus(operands.get(k).preparation(elementBytes));
    }
    return new Planned(einsum, operands, found.path(), cost);
  }

  /// Emits the einsum as a value of aval `result`.
  static Atom emit(Builder b, Planned planned, Aval result) {
    if (planned.operands().isEmpty()) {
      return Contraction.constant(b, planned.einsum(), result);
    }
    List<Dense> dense =
        planned.operands().stream()
            .map(o -> o.dense(b))
            .map(o -> new Dense(b.convert(o.array(), result.dtype()), o.indices()))
            .toList();
    return Contraction.emit(b, planned.einsum(), dense, planned.path(), result);
  }
}
