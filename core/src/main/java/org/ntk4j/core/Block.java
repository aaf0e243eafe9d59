package org.ntk4j.core;

import java.lang.foreign.MemorySegment;

/// A piece of memory that all views of one tensor share, and whether it still is theirs.
///
/// The flag is not volatile, so that a loop over elements checks it once. Memory safety does not
/// depend on it: the arena behind `bytes` checks every access itself.
final class Block {

  /// Stands for memory that nobody releases: garbage-collected or wrapped.
  static final Block UNOWNED = new Block(MemorySegment.NULL, 0);

  private final MemorySegment bytes;
  private final long chargedBytes;
  private boolean released;

  /// @param bytes the memory, at least as large as what is in use
  /// @param chargedBytes what is in use, as counted by the owner
  Block(MemorySegment bytes, long chargedBytes) {
    this.bytes = bytes;
    this.chargedBytes = chargedBytes;
  }

  MemorySegment bytes() {
    return bytes;
  }

  long chargedBytes() {
    return chargedBytes;
  }

  boolean isReleased() {
    return released;
  }

  void markReleased() {
    released = true;
  }
}
