package org.ntk4j.cpu.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static void assertEachOnce(AtomicIntegerArray runs) {
    for (int i = 0; i < runs.length(); i++) {
      assertEquals(1, runs.get(i));
    }
  }

  @Test
  void every_piece_runs_once() {
    for (int threads = 1; threads <= 4; threads++) {
      try (Workers workers = new Workers(threads)) {
        for (int pieces : new int[] {0, 1, 2, 3, 1000, 100_000}) {
          AtomicIntegerArray runs = new AtomicIntegerArray(pieces);
          workers.run(pieces, runs::incrementAndGet);
          assertEachOnce(runs);
        }
      }
    }
  }

  @Test
  void a_failure_reaches_the_caller_after_all_pieces() {
    AtomicIntegerArray runs = new AtomicIntegerArray(50);
    try (Workers workers = new Workers(3)) {
      Exception e =
          assertThrows(
              IllegalStateException.class,
              () ->
                  workers.run(
                      50,
                      i -> {
                        runs.incrementAndGet(i);
                        if (i == 7) {
                          throw new IllegalStateException("seven");
                        }
                      }));
      assertEquals("seven", e.getMessage());
      assertEachOnce(runs);
    }
  }

  @Test
  void a_failure_in_one_thread_alone_reaches_the_caller() {
    try (Workers workers = new Workers(1)) {
      assertThrows(
          AssertionError.class,
          () ->
              workers.run(
                  2,
                  i -> {
                    throw new AssertionError(i);
                  }));
    }
  }

  @Test
  void no_two_threads_of_a_job_are_in_one_lane() {
    try (Workers workers = new Workers(4)) {
      AtomicIntegerArray busy = new AtomicIntegerArray(4);
      AtomicBoolean shared = new AtomicBoolean();
      for (int repeat = 0; repeat < 100; repeat++) {
        workers.run(
            64,
            (piece, lane) -> {
              if (busy.getAndIncrement(lane) != 0) {
                shared.set(true);
              }
              Thread.onSpinWait();
              busy.decrementAndGet(lane);
            });
      }
      assertFalse(shared.get());
    }
  }

  @Test
  void jobs_of_many_callers_and_jobs_within_jobs_end() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          AtomicLong sum = new AtomicLong();
          try (Workers workers = new Workers(3)) {
            List<Thread> callers = new ArrayList<>();
            for (int c = 0; c < 6; c++) {
              callers.add(
                  Thread.ofPlatform()
                      .start(() -> {
                        for (int repeat = 0; repeat < 200; repeat++) {
                          workers.run(5, _ -> workers.run(4, sum::addAndGet));
                        }
                      }));
            }
            for (Thread caller : callers) {
              caller.join();
            }
          }
          assertEquals(6L * 200 * 5 * 6, sum.get());
        });
  }

  @Test
  void sleeping_threads_are_woken() throws InterruptedException {
    try (Workers workers = new Workers(2)) {
      AtomicIntegerArray lanes = new AtomicIntegerArray(2);
      for (int repeat = 0; repeat < 20; repeat++) {
        Thread.sleep(2);
        workers.run(
            2,
            (_, lane) -> {
              lanes.incrementAndGet(lane);
              long until = System.nanoTime() + 5_000_000;
              while (System.nanoTime() < until) {
                Thread.onSpinWait();
              }
            });
      }
      assertTrue(lanes.get(1) > 0, "the second thread had no work: " + lanes);
    }
  }

  @Test
  void an_interruption_does_not_leave_pieces_behind() {
    try (Workers workers = new Workers(2)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(2);
      Thread.currentThread().interrupt();
      workers.run(
          2,
          i -> {
            long until = System.nanoTime() + 2_000_000;
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
            runs.incrementAndGet(i);
          });
      assertTrue(Thread.interrupted());
      assertEachOnce(runs);
    }
  }

  @Test
  void closed_workers_leave_the_work_to_the_caller() {
    Workers workers = new Workers(3);
    workers.run(10, _ -> {});
    workers.close();
    AtomicIntegerArray runs = new AtomicIntegerArray(10);
    workers.run(10, (piece, lane) -> runs.addAndGet(piece, lane + 1));
    assertEachOnce(runs);
  }

  @Test
  void a_count_of_threads_below_1_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Workers(0));
  }
}
