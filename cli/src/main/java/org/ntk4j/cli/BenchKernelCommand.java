package org.ntk4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ntk4j.cli.bench.KernelProcess;
import org.ntk4j.ntk.Implementation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ntk bench-kernel`: see [KernelProcess].
@Command(
    name = "bench-kernel",
    description =
        "The process that ntk bench times: computes one kernel and tells how long it took.",
    mixinStandardHelpOptions = true,
    hidden = true)
final class BenchKernelCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NETWORK", description = "See ntk bench.")
  private String network = "";

  @Parameters(
      index = "1",
      paramLabel = "IMPLEMENTATION",
      description = "See ntk kernel.",
      converter = ImplementationConverter.class)
  private Implementation implementation = Implementation.AUTO;

  @Option(names = "--in", required = true, description = "Parameters and examples, .npz.")
  private Path in = Path.of("");

  @Option(names = "--out", required = true, description = "Where the kernel goes, .npy.")
  private Path out = Path.of("");

  @Option(names = "--report", required = true, description = "Where the times go, .json.")
  private Path report = Path.of("");

  @Option(names = "--calls", description = "How often the kernel is computed again.")
  private int calls;

  @Mixin private DeviceOptions device = new DeviceOptions();

  @Override
  public Integer call() throws IOException {
    device.apply();
    var told =
        KernelProcess.run(BenchCommand.network("NETWORK", network), implementation, in, out, calls);
    try (PrintWriter file = new PrintWriter(report.toFile(), StandardCharsets.UTF_8)) {
      Json.print(file, told);
    }
    return 0;
  }
}
