package org.ntk4j.ir.schedule;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;

/// A program as steps over numbered buffers. Every value is stored row by row.
///
/// @param buffers all buffers; no two inputs, outputs and temporaries are one
/// @param inputs the buffers of the inputs, which are not written
/// @param outputs the buffers of the outputs: all different, and no inputs
/// @param steps what is done, in order
public record Schedule(
    List<Buffer> buffers, List<Integer> inputs, List<Integer> outputs, List<Step> steps) {
  public Schedule {
    buffers = List.copyOf(buffers);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    steps = List.copyOf(steps);
  }

  /// Memory for the elements of one value.
  public sealed interface Buffer {
    /// Dtype of the elements.
    DType dtype();

    /// Number of elements.
    long elements();

    /// Memory in bytes.
    default long bytes() {
      return elements() * dtype().sizeBytes();
    }

    /// Given by the caller: an input or an output.
    record Bound(DType dtype, long elements) implements Buffer {}

    /// Written and read by steps.
    record Temporary(DType dtype, long elements) implements Buffer {}

    /// Given in full.
    record Fixed(Tensor value) implements Buffer {
      @Override
      public DType dtype() {
        return value.dtype();
      }

      @Override
      public long elements() {
        return value.size();
      }
    }
  }
}
