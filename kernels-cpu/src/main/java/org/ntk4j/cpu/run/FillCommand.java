package org.ntk4j.cpu.run;

import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.Step;

/// A buffer filled with one value.
final class FillCommand implements Command {
  /// What a thread fills at a time.
  private static final long PIECE_BYTES = 1 << 18;

  /// What is copied from while it is in the cache.
  private static final long PATTERN_BYTES = 1 << 13;

  private final int buffer;
  private final DType dtype;
  private final long bits;
  private final long bytes;
  private final boolean zero;

  FillCommand(Step.Fill step, long bytes) {
    this.buffer = step.buffer();
    this.dtype = step.dtype();
    this.bits = step.bits();
    this.bytes = bytes;
    this.zero = bits == 0; // Also of 0.0, but not of -0.0.
  }

  @Override
  public void run(Frame frame) {
    long to = frame.address(buffer);
    if (bytes <= PIECE_BYTES) {
      fill(to, bytes);
      return;
    }
    int pieces = Math.toIntExact(Math.ceilDiv(bytes, PIECE_BYTES));
    frame
        .context()
        .workers()
        .run(
            pieces,
            piece -> {
              long from = piece * PIECE_BYTES;
              fill(to + from, Math.min(PIECE_BYTES, bytes - from));
            });
  }

  private void fill(long to, long size) {
    if (zero) {
      Addresses.zero(to, size);
      return;
    }
    Addresses.set(dtype, to, bits);
    long done = dtype.sizeBytes();
    while (done < size) {
      long more = Math.min(Math.min(done, PATTERN_BYTES), size - done);
      Addresses.copy(to, to + done, more);
      done += more;
    }
  }
}
