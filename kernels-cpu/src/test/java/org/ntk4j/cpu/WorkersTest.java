package org.ntk4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void every_piece_runs_once() {
    for (int threads = 1; threads <= 4; threads++) {
      Workers workers = new Workers(threads);
      for (int pieces : new int[] {0, 1, 2, 1000}) {
        AtomicIntegerArray runs = new AtomicIntegerArray(pieces);
        workers.run(pieces, runs::incrementAndGet);
        for (int i = 0; i < pieces; i++) {
          assertEquals(1, runs.get(i));
        }
      }
    }
  }

  @Test
  void a_failure_reaches_the_caller_after_all_pieces() {
    AtomicIntegerArray runs = new AtomicIntegerArray(50);
    Exception e =
        assertThrows(
            IllegalStateException.class,
            () ->
                new Workers(3)
                    .run(
                        50,
                        i -> {
                          runs.incrementAndGet(i);
                          if (i == 7) {
                            throw new IllegalStateException("seven");
                          }
                        }));
    assertEquals("seven", e.getMessage());
    for (int i = 0; i < 50; i++) {
      assertEquals(1, runs.get(i));
    }
  }
}
