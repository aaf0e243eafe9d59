package org.ntk4j.cli.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ntk4j.cli.report.Pictures;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.core.io.AtomicFile;

/// A run of `ntk bench`: its contenders, and its files.
public final class BenchmarkRun {
  /// Names of all peers.
  public static final List<String> PEERS = Peers.METHODS;

  private static final int CALLS = 7;
  private static final int CALLS_QUICK = 3;
  private static final int STARTS = 3;
  private static final Duration OURS = Duration.ofHours(1);

  /// Peers may have this share of the free memory.
  private static final double PEER_SHARE = 0.95;

  /// What is asked for.
  ///
  /// @param quick fewer repetitions
  /// @param peersHome where the environments of peers are, if they take part
  /// @param peers which of them
  /// @param peerTimeout after which a process of a peer is stopped
  /// @param peerBytes how much address space a process of a peer may have; default: most of what is
  ///   free
  /// @param implementations of ours that are tried besides the default
  /// @param device options of our processes that say what they compute on
  public record Settings(
      List<BenchmarkNetwork> networks,
      boolean quick,
      Optional<Path> peersHome,
      List<String> peers,
      Duration peerTimeout,
      OptionalLong peerBytes,
      List<String> implementations,
      List<String> device) {
    public Settings {
      networks = List.copyOf(networks);
      peers = List.copyOf(peers);
      implementations = List.copyOf(implementations);
      device = List.copyOf(device);
    }
  }

  /// Writes JSON.
  @FunctionalInterface
  public interface JsonText {
    /// The text of this object.
    String of(Map<String, ?> object) throws IOException;
  }

  private final Settings settings;
  private final Path out;
  private final JsonText json;
  private final Progress progress;

  /// @param out a directory for the files; those of an earlier run are replaced
  public BenchmarkRun(Settings settings, Path out, JsonText json, Progress progress) {
    this.settings = settings;
    this.out = out;
    this.json = json;
    this.progress = progress;
  }

  /// The results.
  ///
  /// @param text for people
  /// @param object for machines
  public record Results(String text, Map<String, Object> object) {}

  /// Where the environments of peers are, if they take part.
  ///
  /// @param asked if not the usual place
  public static Optional<Path> peersHome(boolean peers, Optional<Path> asked) {
    return peers ? Optional.of(asked.orElseGet(Peers::defaultHome)) : Optional.empty();
  }

  /// Measures everything. What is found is written after each network, so that a run that is broken
  /// off is not lost.
  public Results run() throws IOException {
    Files.createDirectories(out);
    List<String> notes = new ArrayList<>();
    List<Contender> contenders = new ArrayList<>(ours());
    contenders.addAll(peers(notes));
    int calls = settings.quick() ? CALLS_QUICK : CALLS;
    notes.add(
        """
        whole: from the start of a process until the kernel is on disk; first: the first call, with \
        planning and compilation; warm: median of %d later calls (%d if they take long); peak: \
        resident memory of that process until the kernel is on disk; difference: the largest from \
        float64 brute force, relative to the largest element; operations: as planned (ntk4j), as \
        XLA counts them (neural-tangents).\
        """
            .formatted(calls, CALLS_QUICK));
    Benchmark benchmark = new Benchmark(contenders, calls, settings.quick() ? 1 : STARTS, progress);
    List<Row> rows = new ArrayList<>();
    BenchmarkReport report = new BenchmarkReport(Machine.description(), notes, rows);
    for (BenchmarkNetwork network : settings.networks()) {
      rows.add(benchmark.run(network));
      report = new BenchmarkReport(Machine.description(), notes, rows);
      write(report);
    }
    progress.close();
    return new Results(report.text(), report.asMap());
  }

  private void write(BenchmarkReport report) throws IOException {
    text("bench.json", json.of(report.asMap()));
    text("bench.md", report.markdown());
    Pictures.write(out.resolve("bench.png"), () -> BenchmarkChart.draw(report.rows()));
  }

  private void text(String name, String content) throws IOException {
    AtomicFile.write(
        out.resolve(name), file -> file.write(content.getBytes(StandardCharsets.UTF_8)));
  }

  /// The tool itself, as it was started.
  private List<Contender> ours() {
    List<Contender> ours = new ArrayList<>();
    ours.add(ours("ntk4j", "auto"));
    settings.implementations().forEach(i -> ours.add(ours("ntk4j " + i, i)));
    return ours;
  }

  private Contender ours(String name, String implementation) {
    List<String> start = new ArrayList<>();
    start.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    start.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    start.addAll(List.of("-cp", System.getProperty("java.class.path")));
    start.addAll(List.of("org.ntk4j.cli.Main", "bench-kernel"));
    Contender.Launch launch =
        (network, files, calls) -> {
          List<String> command = new ArrayList<>(start);
          command.addAll(List.of(network.name(), implementation));
          command.addAll(List.of("--in", files.in().toString()));
          command.addAll(List.of("--out", files.kernel().toString()));
          command.addAll(List.of("--report", files.report().toString()));
          command.addAll(List.of("--calls", Integer.toString(calls)));
          command.addAll(settings.device());
          return command;
        };
    return new Contender(name, false, launch, OURS, OptionalLong.empty());
  }

  /// The peers; none, and a note that says why, if they cannot run.
  private List<Contender> peers(List<String> notes) throws IOException {
    if (settings.peersHome().isEmpty()) {
      notes.add("ntk4j alone; --peers runs other libraries beside it.");
      return List.of();
    }
    Optional<Path> scripts = Peers.findScripts();
    if (scripts.isEmpty()) {
      notes.add("ntk4j alone: tests/peers, which runs the peers, is in a checkout only.");
      return List.of();
    }
    Peers peers = new Peers(scripts.get(), settings.peersHome().get());
    progress.step("environments of the peers in " + peers.home() + " (the first time, 8 GB)");
    Path log = out.resolve("peers.log");
    Optional<String> failure = peers.install(log);
    if (failure.isPresent()) {
      notes.add("ntk4j alone: the peers cannot be installed: %s".formatted(failure.get()));
      return List.of();
    }
    Files.deleteIfExists(log);
    return peers.contenders(settings.peers(), settings.peerTimeout(), peerBytes());
  }

  private OptionalLong peerBytes() {
    return settings.peerBytes().isPresent()
        ? settings.peerBytes()
        : Machine.availableBytes().stream().map(b -> (long) (PEER_SHARE * b)).findFirst();
  }
}
