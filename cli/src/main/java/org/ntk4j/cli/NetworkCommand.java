package org.ntk4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.core.Amounts;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What the commands that report something have in common: text for people, JSON for machines, and
/// progress.
abstract class NetworkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print the result as one line of JSON instead of text.")
  private boolean json;

  /// Does what was asked; results go to `result`.
  abstract int run(Progress progress) throws IOException;

  @Override
  public final Integer call() throws IOException {
    try (Progress progress = Progress.slow(err())) {
      return run(progress);
    }
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /// Prints one of the two.
  final void result(Map<String, ?> forMachines, Supplier<String> forPeople) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, forMachines);
    } else {
      out.println(forPeople.get().stripTrailing());
    }
    out.flush();
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /// E.g. `12.3 MB`.
  static String bytes(long bytes) {
    return Amounts.bytes(bytes, 1);
  }

  /// E.g. `1.2 G`.
  static String count(long operations) {
    return Amounts.count(operations, 1);
  }
}
