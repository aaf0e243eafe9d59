package org.ntk4j.cli.report;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

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
  private long done;
  private long all;
  private Optional<ProgressBar> bar = Optional.empty();

  SlowSteps(PrintWriter out) {
    this.out = out;
    var _ = clock.scheduleAtFixedRate(this::tick, FIRST_SECONDS, FIRST_SECONDS, TimeUnit.SECONDS);
  }

  private synchronized void tick() {
    if (what.isEmpty() || bar.isPresent()) {
      return;
    }
    long now = (System.nanoTime() - started) / 1_000_000_000L;
    if (seconds == 0 && now >= FIRST_SECONDS) {
      out.println(what + " ...");
    } else if (now / NEXT_SECONDS > seconds / NEXT_SECONDS) {
      String parts = all > 0 ? done + " of " + all + " parts, " : "";
      out.println(what + " ... " + parts + now + " s");
    }
    out.flush();
    seconds = now;
  }

  @Override
  public synchronized void step(String next) {
    closeBar();
    what = next;
    seconds = 0;
    done = 0;
    all = 0;
    started = System.nanoTime();
  }

  @Override
  public synchronized void part(long finished, long parts) {
    done = finished;
    all = parts;
    boolean slow = System.nanoTime() - started > FIRST_SECONDS * 1_000_000_000L;
    if (bar.isEmpty() && slow && finished < parts && Progress.isWatched()) {
      bar = Optional.of(build());
    }
    bar.ifPresent(shown -> shown.stepTo(finished));
  }

  private ProgressBar build() {
    return new ProgressBarBuilder()
        .setTaskName(what)
        .setInitialMax(all)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(System.err))
        .clearDisplayOnFinish()
        .build();
  }

  private void closeBar() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }

  @Override
  public synchronized void close() {
    closeBar();
    clock.shutdownNow();
  }
}
