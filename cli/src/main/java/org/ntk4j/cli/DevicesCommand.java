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
import org.ntk4j.cuda.CudaDevices;
import org.ntk4j.cuda.CudaDevices.Card;
import picocli.CommandLine.Command;

/// `ntk devices`: what programs can run on.
@Command(
    name = "devices",
    customSynopsis = "ntk devices [OPTION]...",
    description = "Shows what kernels can be computed on here, and why not on the rest.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ntk devices"})
final class DevicesCommand extends NetworkCommand {
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
    CudaDevices cuda = CudaDevices.here();
    result.put("cuda", json(cuda));
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
    text.append(text(cuda));
    result(result, text::toString);
    return 0;
  }

  private static Map<String, Object> json(CudaDevices cuda) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("available", cuda.isAvailable());
    cuda.problem().ifPresent(problem -> result.put("reason", problem));
    cuda.driver().ifPresent(version -> result.put("driver", version));
    cuda.compiler().ifPresent(version -> result.put("compiler", version));
    List<Object> cards = new ArrayList<>();
    for (Card card : cuda.cards()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("device", "cuda:" + card.ordinal());
      row.put("name", card.name());
      row.put("architecture", card.architecture());
      row.put("bytes", card.bytes());
      row.put("multiprocessors", card.multiprocessors());
      card.problem().ifPresent(problem -> row.put("reason", problem));
      cards.add(row);
    }
    result.put("cards", cards);
    return result;
  }

  private static String text(CudaDevices cuda) {
    StringBuilder text = new StringBuilder("cuda  ");
    text.append(cuda.problem().map(problem -> "not available: " + problem).orElse("available"));
    cuda.driver().ifPresent(version -> text.append(format("%n      driver    CUDA %s", version)));
    cuda.compiler().ifPresent(version -> text.append(format("%n      NVRTC     %s", version)));
    for (Card card : cuda.cards()) {
      text.append(
          format(
              "%n      cuda:%-4d %s, %s, %d multiprocessors, %s%s",
              card.ordinal(),
              card.name(),
              card.architecture(),
              card.multiprocessors(),
              bytes(card.bytes()),
              cuda.isAvailable() ? card.problem().map(p -> ": " + p).orElse("") : ""));
    }
    return text.toString();
  }

  private static String vectors(Processor processor) {
    return processor.instructions().isEmpty()
        ? UNKNOWN
        : String.join(" ", processor.instructions());
  }
}
