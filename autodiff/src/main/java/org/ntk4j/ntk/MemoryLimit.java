package org.ntk4j.ntk;

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

  /// This fraction of the memory that is free when the kernel is planned: of a graphics card's if
  /// that is what runs it.
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
  /// @param model of what runs the kernel
  default long toBytes(MemoryModel model) {
    return switch (this) {
      case Bytes(long bytes) -> bytes;
      case OfFree(double fraction) -> (long) (fraction * model.freeBytes());
    };
  }
}
