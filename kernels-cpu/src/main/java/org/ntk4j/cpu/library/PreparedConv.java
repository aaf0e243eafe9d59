package org.ntk4j.cpu.library;

/// A convolution ready to run: any number of times, from any number of threads at once.
public interface PreparedConv extends AutoCloseable {
  /// Bytes of memory that a run with so many threads needs for itself.
  long scratchBytes(int threads);

  /// Computes one of the three arrays, all elements of it. The same bits whatever the number of
  /// threads.
  ///
  /// @param workers whose threads share the work
  /// @param x address of the first element of `X`
  /// @param w address of the first element of `W`
  /// @param y address of the first element of `Y`
  /// @param scratch address of [#scratchBytes] bytes, aligned to 64, for this run alone; any where
  ///   there are none
  void run(Workers workers, long x, long w, long y, long scratch);

  /// What it runs, e.g. `brgconv:avx512_core, 8 images at a time`.
  String description();

  /// Releases what belongs to it. No run may be under way, or follow.
  @Override
  void close();
}
