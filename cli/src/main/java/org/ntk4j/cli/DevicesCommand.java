package org.ntk4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.cpu.CpuEngine;
import org.ntk4j.cpu.NativeLibrary;
import org.ntk4j.cpu.Processor;
import picocli.CommandLine.Command;

/// `ntk devices`: what programs can run on.
@Command(
    name = "devices",
    description = "Shows what kernels can be computed on here, and why not on the rest.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ntk devices"})
final class DevicesCommand extends NetworkCommand {
  private static final String CUDA = "not available: this version of ntk has no CUDA back end";

  private static final String UNKNOWN = "not known";

  @Override
  int run(Progress progress) throws IOException {
    progress.step("loading libraries");
    List<NativeLibrary> libraries = NativeLibrary.all();
    Processor processor = Processor.here();
    int threads = CpuEngine.threads();
    long heap = Runtime.getRuntime().maxMemory();
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    Map<String, Object> cpu = new LinkedHashMap<>();
    cpu.put("available", true);
    cpu.put("platform", platform);
    cpu.put("processor", processor.name().orElse(UNKNOWN));
    cpu.put("instructions", processor.instructions());
    cpu.put("threads", threads);
    cpu.put("heapBytes", heap);
    List<Object> found = new ArrayList<>();
    for (NativeLibrary library : libraries) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", library.name());
      row.put("loaded", library.loaded());
      library.version().ifPresent(version -> row.put("version", version));
      row.put("use", library.use());
      found.add(row);
    }
    cpu.put("libraries", found);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("cpu", cpu);
    Map<String, Object> cuda = new LinkedHashMap<>();
    cuda.put("available", false);
    cuda.put("reason", CUDA);
    result.put("cuda", cuda);
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "cpu   available: %s, %d threads, Java heap up to %s%n",
            platform, threads, bytes(heap)));
    text.append(format("      processor %s%n", processor.name().orElse(UNKNOWN)));
    text.append(format("      vectors   %s%n", vectors(processor)));
    for (NativeLibrary library : libraries) {
      text.append(
          format(
              "      %-9s %s (%s)%n",
              library.name(), library.version().orElse("cannot be loaded"), library.use()));
    }
    text.append("cuda  ").append(CUDA);
    result(result, text::toString);
    return 0;
  }

  private static String vectors(Processor processor) {
    return processor.instructions().isEmpty()
        ? UNKNOWN
        : String.join(" ", processor.instructions());
  }
}
