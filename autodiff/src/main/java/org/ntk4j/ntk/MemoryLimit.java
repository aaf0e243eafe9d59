package org.ntk4j.ntk;

import java.util.function.LongSupplier;

/// How much memory a kernel may take, inputs and result included.
public sealed interface MemoryLimit {
  /// The limit when nothing is said: 70 % of what is free.
  MemoryLimit DEFAULT = new OfFree(0.7);

  /// So many bytes.
  record Bytes(long bytes) implements MemoryLimit {
    public Bytes {
      if (bytes <= 0) {
        throw new IllegalArgumentException("a memory limit is positive; got " + bytes + " bytes");
      }
    }
  }

  /// This fraction of the memory that is free when the kernel is planned: on a graphics card, of
  /// the card's or of the process's, whichever is less.
  record OfFree(double fraction) implements MemoryLimit {
    public OfFree {
      if (!(fraction > 0 && fraction <= 1)) {
        throw new IllegalArgumentException(
            "a memory limit is more than 0 and at most 1 of what is free; got " + fraction);
      }
    }
  }

  /// The limit in bytes, now.
  ///
  /// @param free bytes that could be taken now
  default long toBytes(LongSupplier free) {
    return switch (this) {
      case Bytes(long bytes) -> bytes;
      case OfFree(double fraction) -> (long) (fraction * free.getAsLong());
    };
  }
}
