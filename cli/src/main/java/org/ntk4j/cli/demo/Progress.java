package org.ntk4j.cli.demo;

import java.io.PrintWriter;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// Says what is being done, and how much is left.
public interface Progress extends AutoCloseable {
  /// The next of the steps begins.
  void step(String what);

  /// All is done.
  @Override
  void close();

  /// A bar on the terminal's error stream.
  static Progress bar(int steps) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .clearDisplayOnFinish()
            .build();
    return new Progress() {
      private boolean begun;

      @Override
      public void step(String what) {
        if (begun) {
          bar.step();
        }
        begun = true;
        bar.setExtraMessage(what);
        bar.refresh();
      }

      @Override
      public void close() {
        bar.close();
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
}
