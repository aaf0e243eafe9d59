package org.ntk4j.cli.report;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Says what is being done if it takes longer than a second, and every ten seconds how long it has
/// taken.
final class SlowSteps implements Progress {
  private static final long FIRST_SECONDS = 1;
  private static final long NEXT_SECONDS = 10;

  private final PrintWriter out;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ntk4j-progress");
        thread.setDaemon(true);
        return thread;
      });
  private String what = "";
  private long seconds;
  private long started;

  SlowSteps(PrintWriter out) {
    this.out = out;
    var _ = clock.scheduleAtFixedRate(this::tick, FIRST_SECONDS, FIRST_SECONDS, TimeUnit.SECONDS);
  }

  private synchronized void tick() {
    if (what.isEmpty()) {
      return;
    }
    long now = (System.nanoTime() - started) / 1_000_000_000L;
    if (seconds == 0 && now >= FIRST_SECONDS) {
      out.println(what + " ...");
    } else if (now / NEXT_SECONDS > seconds / NEXT_SECONDS) {
      out.println(what + " ... " + now + " s");
    }
    out.flush();
    seconds = now;
  }

  @Override
  public synchronized void step(String next) {
    what = next;
    seconds = 0;
    started = System.nanoTime();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
