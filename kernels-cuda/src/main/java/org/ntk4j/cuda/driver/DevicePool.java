package org.ntk4j.cuda.driver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bytedeco.cuda.global.cudart;

/// The memory of a card: blocks that were released are kept for those who ask next, since to
/// allocate is slow and to free waits for everything that runs.
///
/// At most an eighth of the card is kept idle, and nothing where memory is short.
public final class DevicePool {
  private static final int OUT_OF_MEMORY = 2;
  private static final int IDLE_PART = 8;

  /// Sizes are rounded up, so that blocks fit more often: to what the driver maps anyway, if large.
  private static final long LARGE = 1L << 20;

  private static final long LARGE_STEP = 2L << 20;
  private static final long SMALL_STEP = 256;

  private final Device device;

  /// The oldest first.
  private final List<DeviceBlock> idle = new ArrayList<>();

  private long idleBytes;
  private long usedBytes;

  DevicePool(Device device) {
    this.device = device;
  }

  /// A block of at least `bytes`; what is in it is undefined.
  ///
  /// @throws CudaException if there is not enough memory
  public DeviceBlock allocate(long bytes) {
    return tryAllocate(bytes)
        .orElseThrow(() ->
            new CudaException(
                "%s is out of memory: %,d bytes were asked for, and %,d of %,d are free."
                    .formatted(device, bytes, device.freeBytes(), device.totalBytes())));
  }

  /// A block of at least `bytes`; empty if there is not enough memory.
  public synchronized Optional<DeviceBlock> tryAllocate(long bytes) {
    long rounded = rounded(bytes);
    Optional<DeviceBlock> block =
        idle.stream()
            .filter(b -> b.bytes() >= rounded && b.bytes() <= rounded + rounded / IDLE_PART)
            .min(Comparator.comparingLong(DeviceBlock::bytes))
            .or(() -> fresh(rounded));
    block.ifPresent(this::use);
    return block;
  }

  private void use(DeviceBlock block) {
    if (idle.remove(block)) {
      idleBytes -= block.bytes();
    }
    usedBytes += block.bytes();
  }

  /// Gives a block back. What was started with it must have ended, or be in the same stream as what
  /// the next owner starts.
  public synchronized void release(DeviceBlock block) {
    usedBytes -= block.bytes();
    idle.add(block);
    idleBytes += block.bytes();
    while (idleBytes > device.totalBytes() / IDLE_PART) {
      free(idle.getFirst());
    }
  }

  /// Frees all blocks that are idle.
  public synchronized void trim() {
    while (!idle.isEmpty()) {
      free(idle.getFirst());
    }
  }

  /// What is kept and not in use.
  public synchronized long idleBytes() {
    return idleBytes;
  }

  /// What is in use.
  public synchronized long usedBytes() {
    return usedBytes;
  }

  private static long rounded(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a block cannot have " + bytes + " bytes");
    }
    long step = bytes < LARGE ? SMALL_STEP : LARGE_STEP;
    return Math.max(1, Math.ceilDiv(bytes, step)) * step;
  }

  private Optional<DeviceBlock> fresh(long bytes) {
    Optional<DeviceBlock> block = tried(bytes);
    if (block.isEmpty() && !idle.isEmpty()) {
      trim();
      block = tried(bytes);
    }
    return block;
  }

  /// Empty if there is not enough memory.
  private Optional<DeviceBlock> tried(long bytes) {
    device.enter();
    long[] address = new long[1];
    int result = cudart.cuMemAlloc(address, bytes);
    if (result == OUT_OF_MEMORY) {
      return Optional.empty();
    }
    Driver.check(result, "allocating memory");
    return Optional.of(new DeviceBlock(address[0], bytes));
  }

  private void free(DeviceBlock block) {
    device.enter();
    idle.remove(block);
    idleBytes -= block.bytes();
    Driver.check(cudart.cuMemFree(block.address()), "freeing memory");
  }
}
