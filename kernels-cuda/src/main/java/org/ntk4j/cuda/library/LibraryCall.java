package org.ntk4j.cuda.library;

import org.ntk4j.cuda.driver.Stream;

/// What a library does for a step, prepared once. It may be captured into a graph.
public interface LibraryCall {
  /// Memory for the library's own use, aligned to 256 bytes; undefined before.
  long scratchBytes();

  /// Has it done on `stream`.
  ///
  /// @param slots addresses of what the slots of the step are in: those of a
  ///   [org.ntk4j.cuda.text.StepCode]
  /// @param scratch address of memory that nothing else uses meanwhile
  void enqueue(Stream stream, Slots slots, long scratch);

  /// Addresses of the three buffers of a product or convolution.
  ///
  /// @param first `A`, or the image
  /// @param second `B`, or the filter
  /// @param result `C`, or the convolved image
  record Slots(long first, long second, long result) {}
}
