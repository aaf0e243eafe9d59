package org.ntk4j.cli.report;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// Says what is being done, and how much is left.
public interface Progress extends AutoCloseable {
  /// A system property: whether the error stream is a terminal that can move its cursor.
  String WATCHED = "org.ntk4j.cli.watched";

  /// The next of the steps begins.
  void step(String what);

  /// So much of the present step is done, in its own units.
  default void part(long done, long all) {}

  /// All is done.
  @Override
  void close();

  /// Whether somebody watches the error stream. The starting script says so, as Java knows of the
  /// standard output alone.
  static boolean isWatched() {
    return Optional.ofNullable(System.getProperty(WATCHED))
        .map(Boolean::parseBoolean)
        .orElseGet(
            () -> Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
  }

  /// A bar on the terminal's error stream, from the first step on.
  static Progress bar(int steps) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .clearDisplayOnFinish();
    return new Progress() {
      private Optional<ProgressBar> bar = Optional.empty();

      @Override
      public void step(String what) {
        bar.ifPresent(ProgressBar::step);
        ProgressBar shown = bar.orElseGet(builder::build);
        bar = Optional.of(shown);
        shown.setExtraMessage(what);
        shown.refresh();
      }

      @Override
      public void close() {
        bar.ifPresent(ProgressBar::close);
        bar = Optional.empty();
      }
    };
  }

  /// One line for each step, without control characters.
  static Progress lines(int steps, PrintWriter out) {
    return new Progress() {
      private int step;

      @Override
      public void step(String what) {
        step++;
        out.printf("[%d/%d] %s%n", step, steps, what);
        out.flush();
      }

      @Override
      public void close() {}
    };
  }

  /// A line for each step that takes longer than a second, then every ten seconds; on a terminal a
  /// bar for a step of several parts.
  static Progress slow(PrintWriter out) {
    return new SlowSteps(out);
  }
}
