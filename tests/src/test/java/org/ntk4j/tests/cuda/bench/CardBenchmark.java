package org.ntk4j.tests.cuda.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaDevices;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// Times products, loops and kernels of networks on the card. Arguments choose among `products`,
/// `loops` and `networks`; none: all. With `small`, sizes are those of a trial.
public final class CardBenchmark {
  /// Runs of which the fastest counts.
  static final int REPETITIONS = 10;

  private CardBenchmark() {}

  /// Runs the benchmarks.
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    List<String> chosen = new ArrayList<>(List.of(arguments));
    boolean small = chosen.remove("small");
    Set<String> parts =
        chosen.isEmpty() ? Set.of("products", "loops", "networks") : Set.copyOf(chosen);
    CudaCompiler compiler =
        CudaCompiler.find().orElseThrow(() -> new IllegalStateException("there is no card here"));
    CudaDevices devices = CudaDevices.here();
    out.printf(
        Locale.ROOT,
        "%s; driver for CUDA %s, NVRTC %s%n",
        devices.cards().stream().map(CudaDevices.Card::name).toList(),
        devices.driver().orElse("?"),
        devices.compiler().orElse("?"));
    if (parts.contains("products")) {
      new ProductBenchmark(compiler, out).run(small);
    }
    if (parts.contains("loops")) {
      new LoopBenchmark(compiler, out).run(small);
    }
    if (parts.contains("networks")) {
      new NetworkBenchmark(compiler, out).run(small);
    }
  }

  /// Normal numbers for the inputs of `p`, each a short pattern again and again.
  static List<Tensor> values(Program p) {
    List<Tensor> values = new ArrayList<>();
    for (Aval aval : p.inputAvals()) {
      Tensor x = Tensor.zeros(aval.dtype(), aval.shape());
      fill(x, RandomKey.of(values.size()));
      values.add(x);
    }
    return values;
  }

  private static void fill(Tensor x, RandomKey key) {
    long pattern = Math.min(x.size(), 1 << 16);
    Tensor first = key.normal(x.dtype(), Shape.of(pattern));
    long bytes = first.segment().byteSize();
    for (long at = 0; at < x.segment().byteSize(); at += bytes) {
      long n = Math.min(bytes, x.segment().byteSize() - at);
      x.segment().asSlice(at, n).copyFrom(first.segment().asSlice(0, n));
    }
  }
}
