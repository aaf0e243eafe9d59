package org.ntk4j.cpu.library;

/// A matrix product ready to run: any number of times, from any number of threads at once.
public interface PreparedGemm {
  /// Bytes of memory that a run in so many threads needs for itself.
  long scratchBytes(int threads);

  /// Computes `C`. The same bits whatever the number of threads.
  ///
  /// @param workers whose threads share the work
  /// @param a address of the first element of `A`
  /// @param b address of the first element of `B`
  /// @param c address of the first element of `C`
  /// @param scratch address of [#scratchBytes] bytes, aligned to 64, for this run alone; any where
  ///   there are none
  void run(Workers workers, long a, long b, long c, long scratch);

  /// What it runs, e.g. `oneDNN 4x1 tiles of 256x1024, 1 part`.
  String description();
}
