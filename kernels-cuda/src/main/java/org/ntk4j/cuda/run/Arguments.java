package org.ntk4j.cuda.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The arguments of all launches of a tape, in native memory, as the driver wants them: pointers to
/// the addresses that a kernel is given.
final class Arguments implements AutoCloseable {
  private static final long BLOCK_BYTES = 1 << 16;

  private final Arena arena = Arena.ofShared();
  private MemorySegment block = MemorySegment.NULL;
  private long used;

  /// Address of the list of pointers to these addresses.
  long of(long[] addresses) {
    long bytes = 2L * Long.BYTES * addresses.length;
    if (used + bytes > block.byteSize()) {
      block = arena.allocate(Math.max(BLOCK_BYTES, bytes), Long.BYTES);
      used = 0;
    }
    MemorySegment list = block.asSlice(used, bytes);
    used += bytes;
    for (int i = 0; i < addresses.length; i++) {
      long value = (long) (addresses.length + i) * Long.BYTES;
      list.setAtIndex(ValueLayout.JAVA_LONG, i, list.address() + value);
      list.set(ValueLayout.JAVA_LONG, value, addresses[i]);
    }
    return list.address();
  }

  @Override
  public void close() {
    arena.close();
  }
}
