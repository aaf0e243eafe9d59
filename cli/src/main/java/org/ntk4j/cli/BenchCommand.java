package org.ntk4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.cli.bench.BenchmarkNetwork;
import org.ntk4j.cli.bench.BenchmarkNetworks;
import org.ntk4j.cli.bench.BenchmarkRun;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.ntk.Implementation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ntk bench`: see [BenchmarkRun].
@Command(
    name = "bench",
    customSynopsis = "ntk bench [OPTION]...",
    description = {
      "Times kernels of networks of real sizes.",
      "Each runs in a process of its own, beside other libraries if these are asked for. Results go"
          + " to bench.json, bench.md and bench.png."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: all networks, beside neural-tangents and torch.func",
      "  ntk bench --peers",
      "Example: two networks, few repetitions",
      "  ntk bench --network fcn --network cnn --quick",
      "Example: beside one method of one library",
      "  ntk bench --peer torch.func",
      "",
      "The peers need Python 3.10, 3.11 or 3.12; the first time they are installed from PyPI (8"
          + " GB). Without Python, ntk is timed alone. A whole run with them takes an hour."
    })
final class BenchCommand extends NetworkCommand {
  private static final double MEGABYTES = 1e6;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      arity = "1..*",
      description = "Which networks (repeatable). Default: all. An unknown name lists them.")
  private List<String> names = List.of();

  @Option(names = "--peers", description = "Run other libraries on the same networks.")
  private boolean peers;

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      arity = "1..*",
      description = "Only these peers (repeatable). An unknown name lists them.")
  private List<String> chosenPeers = List.of();

  @Option(
      names = "--peers-home",
      paramLabel = "DIR",
      description = "Where the peers' environments are. Default: in the user's cache.")
  private Optional<Path> peersHome = Optional.empty();

  @Option(
      names = "--peer-timeout",
      paramLabel = "SECONDS",
      description = "After which a process of a peer is stopped. Default: ${DEFAULT-VALUE}.")
  private int peerTimeout = 400;

  @Option(
      names = "--peer-memory",
      paramLabel = "MB",
      description = "Address space of a process of a peer. Default: most of what is free.")
  private Optional<Integer> peerMemory = Optional.empty();

  @Option(
      names = "--implementation",
      paramLabel = "NAME",
      arity = "1..*",
      converter = ImplementationConverter.class,
      description = "Time these implementations besides the one that ntk chooses.")
  private List<Implementation> implementations = List.of();

  @Mixin private DeviceOptions device = new DeviceOptions();

  @Option(names = "--quick", description = "Three repetitions of everything in place of seven.")
  private boolean quick;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where the files go; files of an earlier run are replaced. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("ntk-bench");

  @Override
  int run(Progress progress) throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UsageException("--out '" + out + "' is a file; expected a directory, or a new one");
    }
    checkPeers();
    device.check();
    BenchmarkRun.Settings settings =
        new BenchmarkRun.Settings(
            networks(),
            quick,
            BenchmarkRun.peersHome(peers || !chosenPeers.isEmpty(), peersHome),
            chosenPeers.isEmpty() ? BenchmarkRun.PEERS : chosenPeers,
            Duration.ofSeconds(peerTimeout),
            peerMemory.stream().mapToLong(mb -> (long) (mb * MEGABYTES)).findFirst(),
            implementations.stream().map(ImplementationConverter::name).toList(),
            device.arguments());
    BenchmarkRun.Results results =
        new BenchmarkRun(settings, out, BenchCommand::json, progress).run();
    result(results.object(), () -> results.text() + "\nfiles are in " + out);
    return 0;
  }

  private void checkPeers() {
    if (peerTimeout < 1) {
      throw new UsageException("--peer-timeout is " + peerTimeout + "; expected 1 or more");
    }
    if (peerMemory.filter(mb -> mb < 1).isPresent()) {
      throw new UsageException("--peer-memory is " + peerMemory.get() + "; expected 1 or more");
    }
    for (String peer : chosenPeers) {
      if (!BenchmarkRun.PEERS.contains(peer)) {
        throw new UsageException(
            "--peer '%s' is not known; expected one of %s"
                .formatted(peer, String.join(", ", BenchmarkRun.PEERS)));
      }
    }
  }

  private List<BenchmarkNetwork> networks() {
    if (names.isEmpty()) {
      return BenchmarkNetworks.all();
    }
    List<BenchmarkNetwork> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(network("--network", name));
    }
    return chosen;
  }

  static BenchmarkNetwork network(String option, String name) {
    return BenchmarkNetworks.named(name)
        .orElseThrow(() ->
            new UsageException(
                "%s '%s' is not known; expected one of %s"
                    .formatted(
                        option,
                        name,
                        String.join(
                            ", ",
                            BenchmarkNetworks.all().stream()
                                .map(BenchmarkNetwork::name)
                                .toList()))));
  }

  private static String json(Map<String, ?> object) throws IOException {
    StringWriter text = new StringWriter();
    Json.print(new PrintWriter(text), object);
    return text.toString();
  }
}
