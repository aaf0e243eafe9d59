package org.ntk4j.cuda.text;

import java.util.List;

/// What runs for a step: kernels, one after another.
///
/// @param kernels none if there is nothing to do
/// @param scratchBytes memory for the kernels' own use, aligned to 256 bytes; undefined before
public record StepCode(List<KernelText> kernels, long scratchBytes) {
  /// The argument that is the scratch memory.
  public static final int SCRATCH = -1;

  public StepCode {
    kernels = List.copyOf(kernels);
  }

  /// One kernel that needs no scratch memory.
  public static StepCode of(KernelText kernel) {
    return new StepCode(List.of(kernel), 0);
  }
}
