package org.ntk4j.cpu.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockPoolTest {
  private static final long LARGE = MemoryBlock.LARGE;

  private final BlockPool pool = new BlockPool();
  private final List<Long> released = new ArrayList<>();

  /// A block without memory that tells when it is released.
  private MemoryBlock block(long bytes) {
    return new MemoryBlock(64, bytes, () -> released.add(bytes));
  }

  private MemoryBlock take(long bytes) {
    return pool.take(bytes, Optional.empty());
  }

  @Test
  void the_smallest_block_that_suffices_is_taken() {
    MemoryBlock wide = block(1000);
    MemoryBlock narrow = block(100);
    pool.give(wide);
    pool.give(narrow);
    pool.give(block(10));
    assertSame(narrow, take(50));
    assertSame(wide, take(50));
  }

  @Test
  void the_block_of_the_last_call_is_taken_again() {
    MemoryBlock last = block(1000);
    pool.give(block(100));
    pool.give(last);
    assertSame(last, pool.take(50, Optional.of(last)));
    try (MemoryBlock other = pool.take(500, Optional.of(last))) {
      assertNotEquals(last, other);
    }
  }

  @Test
  void no_large_block_is_kept_beside_one_that_is_allocated() {
    pool.give(block(LARGE));
    pool.give(block(100));
    try (MemoryBlock larger = take(2 * LARGE)) {
      assertEquals(2 * LARGE, larger.bytes());
      assertEquals(List.of(LARGE), released);
    }
  }

  @Test
  void a_large_block_does_not_serve_a_small_program() {
    pool.give(block(LARGE));
    try (MemoryBlock small = take(100)) {
      assertEquals(100, small.bytes());
      assertEquals(List.of(), released);
    }
  }

  @Test
  void small_blocks_are_released_when_they_are_many() {
    long each = LARGE - 64;
    int most = (int) ((64L << 20) / each);
    for (int i = 0; i < most; i++) {
      pool.give(block(each));
    }
    assertEquals(0, released.size());
    pool.give(block(each));
    assertEquals(most + 1, released.size());
  }

  @Test
  void a_block_in_use_is_not_released() {
    MemoryBlock used = block(100);
    pool.give(used);
    assertEquals(100, pool.idleBytes());
    assertSame(used, take(100));
    assertEquals(0, pool.idleBytes());
    pool.release(used);
    assertEquals(List.of(), released);
    pool.give(used);
    pool.release(used);
    assertEquals(List.of(100L), released);
  }
}
