package org.ntk4j.ntk;

/// A kernel needs more memory than it may take, however it is computed; thrown before any work.
public final class MemoryException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final long neededBytes;
  private final long limitBytes;

  MemoryException(String message, long neededBytes, long limitBytes) {
    super(message);
    this.neededBytes = neededBytes;
    this.limitBytes = limitBytes;
  }

  /// The least that would do.
  public long neededBytes() {
    return neededBytes;
  }

  /// What may be used.
  public long limitBytes() {
    return limitBytes;
  }
}
