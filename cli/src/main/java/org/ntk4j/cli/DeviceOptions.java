package org.ntk4j.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.cpu.CpuEngine;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaDevices;
import org.ntk4j.cuda.CudaDevices.Card;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.eval.ProgramCache;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// What programs run on.
final class DeviceOptions {
  private static final String CPU = "cpu";
  private static final String CUDA = "cuda";

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda[:N]",
      converter = ChoiceConverter.class,
      description =
          "What to compute on: the processor (default), or graphics card N of this machine, from 0"
              + " on; see 'ntk devices'.")
  private Optional<Choice> device = Optional.empty();

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      converter = PrecisionConverter.class,
      description =
          "On a card, how matrix products and convolutions in f32 are computed: float32 (default),"
              + " tf32, tf32x3, bf16; float64 refuses f32.")
  private Optional<Precision> precision = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute. Default: one for each processor.")
  private Optional<Integer> threads = Optional.empty();

  /// @param card its number, for an engine with cards
  record Choice(String engine, int card) {
    @Override
    public String toString() {
      return engine.equals(CUDA) ? CUDA + ":" + card : engine;
    }
  }

  /// `cpu`, `cuda` or `cuda:N`.
  static final class ChoiceConverter implements ITypeConverter<Choice> {
    @Override
    public Choice convert(String text) {
      if (text.equals(CPU)) {
        return new Choice(CPU, 0);
      }
      if (text.matches(CUDA + "(:\\d{1,4})?")) {
        String card = text.substring(CUDA.length()).replace(":", "");
        return new Choice(CUDA, card.isEmpty() ? 0 : Integer.parseInt(card));
      }
      throw new TypeConversionException("'" + text + "' is none of cpu, cuda, cuda:N");
    }
  }

  static final class PrecisionConverter implements ITypeConverter<Precision> {
    @Override
    public Precision convert(String text) {
      try {
        return Precision.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /// Checks that programs can run on what was asked for.
  ///
  /// @throws UsageException if there is no such card, or the two options contradict each other
  /// @throws IllegalStateException if programs cannot run on it
  void check() {
    if (precision.isPresent() && !isCuda()) {
      throw new UsageException("--precision is for cards; expected --device cuda with it");
    }
    if (threads.isPresent() && (threads.get() < 1 || threads.get() > CpuEngine.THREADS_MAX)) {
      throw new UsageException(
          "--threads %d; expected 1 to %d".formatted(threads.get(), CpuEngine.THREADS_MAX));
    }
    if (isCuda()) {
      check(device.get());
    }
  }

  /// From here on, the programs of this process run on what was asked for.
  ///
  /// @throws RuntimeException as [#check]
  void apply() {
    check();
    threads.ifPresent(n -> System.setProperty(CpuEngine.THREADS, Integer.toString(n)));
    if (device.isEmpty()) {
      return;
    }
    Choice choice = device.get();
    if (isCuda()) {
      System.setProperty(CudaDevices.PROPERTY, Integer.toString(choice.card()));
      precision.ifPresent(p -> System.setProperty(CudaCompiler.PRECISION, p.toString()));
    }
    System.setProperty(Engine.PROPERTY, choice.engine());
    String used = ProgramCache.standard().engineName();
    if (!used.equals(choice.engine())) {
      throw new IllegalStateException("bug: this process has begun to compute on " + used);
    }
  }

  /// Whether that is a card.
  boolean isCuda() {
    return device.filter(choice -> choice.engine().equals(CUDA)).isPresent();
  }

  private static void check(Choice choice) {
    CudaDevices devices = CudaDevices.here();
    List<Card> cards = devices.cards();
    if (!cards.isEmpty() && choice.card() >= cards.size()) {
      throw new UsageException(
          "--device %s: there is no such card; expected cuda:0%s"
              .formatted(choice, cards.size() == 1 ? "" : " to cuda:" + (cards.size() - 1)));
    }
    Optional<String> problem =
        cards.isEmpty() ? devices.problem() : cards.get(choice.card()).problem();
    if (problem.isPresent()) {
      throw new IllegalStateException(
          "--device %s: it cannot be used: %s".formatted(choice, problem.get()));
    }
  }

  /// For machines: what programs run on, and how.
  Map<String, Object> json() {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("device", device.map(Choice::toString).orElse(ProgramCache.standard().engineName()));
    if (isCuda()) {
      result.put("precision", precision.orElse(Precision.FLOAT32).toString());
    }
    return result;
  }

  /// For people, after what was done: ` on cuda:0`; nothing for what is usual.
  String text() {
    return isCuda()
        ? " on " + device.get() + precision.map(p -> ", products of f32 in " + p).orElse("")
        : "";
  }

  /// The same options for another process of the tool.
  List<String> arguments() {
    List<String> result = new ArrayList<>();
    device.ifPresent(choice -> result.addAll(List.of("--device", choice.toString())));
    precision.ifPresent(p -> result.addAll(List.of("--precision", p.toString())));
    threads.ifPresent(n -> result.addAll(List.of("--threads", n.toString())));
    return result;
  }
}
