package org.ntk4j.cuda.driver;

import java.lang.foreign.MemorySegment;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/// Memory of the host that a card reads and writes by itself, so that copies run beside other work.
public final class PinnedBlock implements AutoCloseable {
  /// For every context of the process.
  private static final int PORTABLE = 1;

  private final Device device;
  private final MemorySegment segment;

  private PinnedBlock(Device device, MemorySegment segment) {
    this.device = device;
    this.segment = segment;
  }

  @SuppressWarnings("restricted")
  static PinnedBlock allocate(Device device, long bytes) {
    device.enter();
    try (PointerPointer<Pointer> place = new PointerPointer<>(1)) {
      int result = cudart.cuMemHostAlloc(place, Math.max(1, bytes), PORTABLE);
      if (result != 0) {
        throw Driver.failure(result, "allocating %,d bytes of pinned memory".formatted(bytes));
      }
      return new PinnedBlock(
          device, MemorySegment.ofAddress(place.get().address()).reinterpret(bytes));
    }
  }

  public MemorySegment segment() {
    return segment;
  }

  /// Frees it; nothing may use it any more.
  @Override
  public void close() {
    device.enter();
    Driver.check(
        cudart.cuMemFreeHost(new Driver.Address(segment.address())), "freeing pinned memory");
  }
}
