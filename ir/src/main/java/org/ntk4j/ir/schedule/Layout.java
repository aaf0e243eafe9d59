package org.ntk4j.ir.schedule;

/// The order of the axes of what convolutions read and write.
public enum Layout {
  /// As the program has it.
  AS_WRITTEN,
  /// Channels of images last; transposed where a program has them first and its results or reshapes
  /// need that.
  CHANNELS_LAST
}
