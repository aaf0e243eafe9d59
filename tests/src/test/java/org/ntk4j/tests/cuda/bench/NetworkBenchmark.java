package org.ntk4j.tests.cuda.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ntk4j.cli.bench.BenchmarkNetwork;
import org.ntk4j.cli.bench.BenchmarkNetworks;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;

/// Kernels of networks.
final class NetworkBenchmark {
  /// A published kernel: ResNet-18, one output, 60,000 by 50,000 images of 32 × 32.
  private static final double PUBLISHED_ENTRIES = 60_000.0 * 50_000;

  private final CudaCompiler compiler;
  private final PrintStream out;

  NetworkBenchmark(CudaCompiler compiler, PrintStream out) {
    this.compiler = compiler;
    this.out = out;
  }

  void run(boolean small) {
    perceptron(small ? 32 : 2048, small ? 48 : 3072);
    List<Long> sizes = small ? List.of() : List.of(512L, 4096L);
    for (long n : sizes) {
      for (Precision precision : List.of(Precision.TF32X3, Precision.FLOAT32, Precision.TF32)) {
        residual(n, precision);
      }
    }
  }

  /// `in`–`width`³–8, 16 examples, all outputs.
  private void perceptron(long width, long in) {
    List<Long> widths = List.of(in, width, width, width, 8L);
    List<Tensor> weights = new ArrayList<>();
    for (int layer = 0; layer + 1 < widths.size(); layer++) {
      Tensor w =
          RandomKey.of(layer).normal(DType.F32, Shape.of(widths.get(layer), widths.get(layer + 1)));
      double scale = 1 / Math.sqrt(widths.get(layer));
      for (long i = 0; i < w.size(); i++) {
        w.setDouble(i, scale * w.getDouble(i));
      }
      weights.add(w);
    }
    Tree<Tensor> params = Tree.leaves(weights);
    Tree<Tensor> x = Tree.of(RandomKey.of(9).normal(DType.F32, Shape.of(16, in)));
    Network network =
        (p, input) -> {
          Value h = input.value();
          for (int layer = 0; layer < p.leaves().size(); layer++) {
            h = (layer == 0 ? h : h.tanh()).matmul(p.leaves().get(layer));
          }
          return Tree.of(h);
        };
    String name = "FCN %d-%d³-8, N = 16".formatted(in, width);
    for (Precision precision : List.of(Precision.FLOAT32, Precision.TF32X3, Precision.TF32)) {
      try (ProgramCache cache = CardRunner.cache(compiler.withPrecision(precision))) {
        NtkBuilder builder = CardRunner.on(Ntk.of(network).traceAxes(), cache);
        onCard(name, builder.build(), x, params, precision);
        whole(name, builder.build(), x, params, precision);
      }
    }
  }

  /// The program of the kernel, with parameters and examples on the card.
  private void onCard(
      String name, Ntk ntk, Tree<Tensor> x, Tree<Tensor> params, Precision precision) {
    Program p = ntk.program(Networks.avals(x), Networks.avals(params));
    List<Tensor> arguments = new ArrayList<>(params.leaves());
    arguments.addAll(x.leaves());
    try (CudaProgram compiled = compiler.withPrecision(precision).compile(p)) {
      double seconds = compiled.secondsOnCard(arguments, CardBenchmark.REPETITIONS);
      out.printf(Locale.ROOT, "%s, %s, on the card: %.3f ms%n", name, precision, 1e3 * seconds);
    }
  }

  /// A call, from tensors of the host to tensors of the host; returns its time.
  private double whole(
      String name, Ntk ntk, Tree<Tensor> x, Tree<Tensor> params, Precision precision) {
    long start = System.nanoTime();
    ntk.compute(x, params);
    double first = 1e-9 * (System.nanoTime() - start);
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < 3; k++) {
      start = System.nanoTime();
      ntk.compute(x, params);
      least = Math.min(least, 1e-9 * (System.nanoTime() - start));
    }
    out.printf(
        Locale.ROOT,
        "%s, %s, from host to host: %.3f s the first time, then %.3f ms%n",
        name,
        precision,
        first,
        1e3 * least);
    return least;
  }

  private void residual(long n, Precision precision) {
    BenchmarkNetwork all = BenchmarkNetworks.named("resnet18").orElseThrow();
    Network first = (p, x) -> Tree.of(all.network().apply(p, x).value().slice(1, 0, 1));
    Tree<Tensor> x = all.inputs(n);
    try (ProgramCache cache = CardRunner.cache(compiler.withPrecision(precision))) {
      Ntk ntk = CardRunner.on(Ntk.of(first).traceAxes(), cache).build();
      double seconds =
          whole("ResNet-18, one output, " + n + " images", ntk, x, all.params(), precision);
      double entries = n * (n + 1) / 2.0;
      out.printf(
          Locale.ROOT,
          "  60,000 x 50,000 at this rate: %.1f min%n",
          seconds / entries * PUBLISHED_ENTRIES / 60);
    }
  }
}
