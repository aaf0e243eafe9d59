package org.ntk4j.autodiff.structure;

import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Program;

/// What a kernel is asked of.
///
/// @param first the network at the first examples: `(parameters.., x1..) -> outputs..`
/// @param second the network at the second examples, absent if they are the first ones
/// @param names a name for each parameter
/// @param active which parameters the kernel differentiates; one entry per parameter
/// @param entries the kernels asked for
/// @param perParameter whether each entry is given per active parameter in place of summed
public record KernelProblem(
    Program first,
    Optional<Program> second,
    List<String> names,
    List<Boolean> active,
    List<KernelEntry> entries,
    boolean perParameter) {
  public KernelProblem {
    names = List.copyOf(names);
    active = List.copyOf(active);
    entries = List.copyOf(entries);
  }

  /// Number of parameters: the leading inputs of both programs.
  public int parameters() {
    return names.size();
  }
}
