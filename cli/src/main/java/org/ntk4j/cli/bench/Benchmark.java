package org.ntk4j.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.core.io.Npy;
import org.ntk4j.ntk.Network;

/// Kernels timed: every contender in processes of its own, one after the other, on the same
/// parameters and examples.
final class Benchmark {
  /// Processes that take this long are started once.
  private static final double LONG_SECONDS = 10;

  private final List<Contender> contenders;
  private final int calls;
  private final int starts;
  private final Progress progress;
  private final Map<Network, Truth> truths = new HashMap<>();

  /// @param contenders ours first
  /// @param calls how often each kernel is computed again
  /// @param starts how many processes there are, unless they take long
  Benchmark(List<Contender> contenders, int calls, int starts, Progress progress) {
    this.contenders = List.copyOf(contenders);
    this.calls = calls;
    this.starts = starts;
    this.progress = progress;
  }

  /// All contenders on `network`.
  Row run(BenchmarkNetwork network) throws IOException {
    Path directory = Files.createTempDirectory("ntk-bench");
    try {
      return run(network, directory);
    } finally {
      delete(directory);
    }
  }

  private Row run(BenchmarkNetwork network, Path directory) throws IOException {
    progress.step(network.name() + ": parameters");
    Path in = directory.resolve("in.npz");
    Exchange exchange = new Exchange(network.params(), network.inputs(network.examples()));
    Exchange.write(in, exchange.params(), exchange.inputs());
    Truth truth = truth(network, exchange);
    List<Measurement> measurements = new ArrayList<>();
    for (Contender contender : contenders) {
      progress.step(network.name() + ": " + contender.name());
      measurements.add(measure(network, contender, truth, directory, in));
    }
    return new Row(network, truth.examples(), measurements);
  }

  /// The full and the traced kernel of a network have the same truth.
  private Truth truth(BenchmarkNetwork network, Exchange exchange) {
    Optional<Truth> known = Optional.ofNullable(truths.get(network.network()));
    if (known.isEmpty()) {
      progress.step(network.name() + ": float64 brute force");
    }
    Truth truth = known.orElseGet(() -> Truth.of(network, exchange));
    truths.put(network.network(), truth);
    return truth;
  }

  private Measurement measure(
      BenchmarkNetwork network, Contender contender, Truth truth, Path directory, Path in)
      throws IOException {
    Contender.Files files =
        new Contender.Files(
            in,
            directory.resolve("kernel.npy"),
            directory.resolve("report.json"),
            directory.resolve("log.txt"));
    OptionalDouble load = Machine.load();
    List<Double> whole = new ArrayList<>();
    Optional<String> failure = start(network, contender, files, calls, whole);
    if (failure.isPresent()) {
      return Measurement.failed(contender, failure.get());
    }
    ProcessReport told = ProcessReport.read(files.report());
    double difference = truth.differenceOf(Npy.read(files.kernel()));
    while (whole.size() < starts && whole.getFirst() < LONG_SECONDS) {
      failure = start(network, contender, files, 0, whole);
      if (failure.isPresent()) {
        return Measurement.failed(contender, failure.get());
      }
    }
    return Measurement.of(contender, whole, told, difference, load);
  }

  /// One process; the time until its kernel was on disk is added to `whole`.
  private static Optional<String> start(
      BenchmarkNetwork network,
      Contender contender,
      Contender.Files files,
      int calls,
      List<Double> whole)
      throws IOException {
    Files.deleteIfExists(files.kernel());
    Files.deleteIfExists(files.report());
    List<String> command = contender.launch().command(network, files, calls);
    long start = System.currentTimeMillis();
    Optional<String> failure =
        ChildProcess.run(command, files.log(), contender.timeout(), contender.addressBytes());
    if (failure.isEmpty()) {
      double end = ProcessReport.read(files.report()).number(ProcessReport.ON_DISK).orElseThrow();
      whole.add(end - 1e-3 * start);
    }
    return failure;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
