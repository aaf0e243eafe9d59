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
record CompiledKernel(
    Tree<String> outputs,
    List<Slot> ntk,
    List<Slot> nngp,
    DType precision,
    List<String> warnings,
    Explanation explanation) {

  /// A block without its values.
  record Slot(String first, String second, Optional<String> parameter, List<String> axes) {
    KernelBlock with(Tensor values) {
      return new KernelBlock(first, second, parameter, values, axes);
    }
  }
}
