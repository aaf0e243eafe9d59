package org.ntk4j.ntk;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

/// A kernel program and what its outputs are.
///
/// @param outputs paths of the network's outputs
/// @param ntk the NTK blocks, in the order of the program's outputs
/// @param nngp the NNGP blocks, after them
/// @param tiles how it is computed in tiles, if it is
record CompiledKernel(
    Tree<String> outputs,
    List<Slot> ntk,
    List<Slot> nngp,
    DType precision,
    List<String> warnings,
    Explanation explanation,
    Optional<TiledKernel> tiles) {

  /// Bytes predicted at the worst moment.
  long peakBytes() {
    return tiles.map(t -> t.plan().peakBytes()).orElseGet(this::untiledPeakBytes);
  }

  /// Bytes predicted at the worst moment if it is computed at once.
  long untiledPeakBytes() {
    return explanation.predictions().stream()
        .filter(p -> p.implementation() == explanation.chosen())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("bug: no prediction of what was chosen"))
        .peakBytes();
  }

  /// Whether it was planned as it would be now: what is free changes.
  boolean suits(long limit) {
    return peakBytes() <= limit && (tiles.isEmpty() || untiledPeakBytes() > limit);
  }

  /// A block without its values.
  record Slot(String first, String second, Optional<String> parameter, List<String> axes) {
    KernelBlock with(Tensor values) {
      return new KernelBlock(first, second, parameter, values, axes);
    }
  }
}
