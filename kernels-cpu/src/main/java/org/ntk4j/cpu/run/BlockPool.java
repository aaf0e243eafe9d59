package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Blocks of memory that programs work in, kept for the next one: fresh memory is slow.
///
/// Of large blocks none is kept beside one that has to be allocated, so that what is held is never
/// more than what was in use at one time; of small ones, [#SMALL_IDLE_MAX] bytes.
public final class BlockPool {
  private static final long SMALL_IDLE_MAX = 64L << 20;
  private static final BlockPool SHARED = new BlockPool();

  private final List<MemoryBlock> idle = new ArrayList<>();

  BlockPool() {}

  /// That of the process.
  public static BlockPool shared() {
    return SHARED;
  }

  /// A block of at least `bytes`; `last` if that is idle.
  synchronized MemoryBlock take(long bytes, Optional<MemoryBlock> last) {
    if (last.isPresent() && idle.remove(last.get())) {
      return last.get();
    }
    Optional<MemoryBlock> fit =
        idle.stream()
            .filter(b -> b.bytes() >= bytes && isLarge(b.bytes()) == isLarge(bytes))
            .min((a, b) -> Long.compare(a.bytes(), b.bytes()));
    if (fit.isPresent()) {
      idle.remove(fit.get());
      return fit.get();
    }
    if (isLarge(bytes)) {
      release(b -> isLarge(b.bytes()));
    }
    return MemoryBlock.allocate(bytes);
  }

  synchronized void give(MemoryBlock block) {
    idle.add(block);
    long small = idle.stream().filter(b -> !isLarge(b.bytes())).mapToLong(MemoryBlock::bytes).sum();
    if (small > SMALL_IDLE_MAX) {
      release(b -> !isLarge(b.bytes()));
    }
  }

  /// Releases this block if it is idle.
  synchronized void release(MemoryBlock block) {
    release(b -> b == block);
  }

  /// Bytes of the blocks that nobody uses.
  public synchronized long idleBytes() {
    return idle.stream().mapToLong(MemoryBlock::bytes).sum();
  }

  private void release(Predicate<MemoryBlock> which) {
    for (Iterator<MemoryBlock> i = idle.iterator(); i.hasNext(); ) {
      MemoryBlock block = i.next();
      if (which.test(block)) {
        i.remove();
        block.close();
      }
    }
  }

  private static boolean isLarge(long bytes) {
    return bytes >= MemoryBlock.LARGE;
  }
}
