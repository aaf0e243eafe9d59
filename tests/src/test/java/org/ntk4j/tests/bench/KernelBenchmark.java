package org.ntk4j.tests.bench;

import java.util.concurrent.TimeUnit;
import org.ntk4j.cli.bench.BenchmarkNetwork;
import org.ntk4j.cli.bench.BenchmarkNetworks;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Program;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Kernels of the networks of [BenchmarkNetworks]: computed again, and planned anew.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class KernelBenchmark {
  /// Which network.
  @Param({"fcn", "cnn", "embedding", "rnn"})
  public String network;

  /// How its kernel is computed.
  @Param("AUTO")
  public Implementation implementation;

  private BenchmarkNetwork chosen;
  private Tree<Tensor> params;
  private Tree<Tensor> x;
  private Ntk ntk;

  /// Draws parameters and examples.
  @Setup(Level.Trial)
  public void prepare() {
    chosen = BenchmarkNetworks.named(network).orElseThrow();
    params = chosen.params();
    x = chosen.inputs(chosen.examples());
    ntk = chosen.kernel().implementation(implementation).build();
  }

  /// The kernel, by a program that is there.
  @Benchmark
  public Kernel compute() {
    return ntk.compute(x, params);
  }

  /// The program of the kernel.
  @Benchmark
  public Program plan() {
    Ntk anew = chosen.kernel().implementation(implementation).build();
    return anew.program(Networks.avals(x), Networks.avals(params));
  }
}
