package org.ntk4j.cli.bench;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongFunction;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;

/// A network with parameters and examples, `f32`, and the kernel of it that is timed.
///
/// Its outputs are `[examples, outputs]`.
public final class BenchmarkNetwork {
  /// The input that has an axis of examples.
  static final String EXAMPLES = "x";

  private static final RandomKey PARAMETERS = RandomKey.of(1);
  private static final RandomKey STATISTICS = RandomKey.of(2);

  private final String name;
  private final String title;
  private final Network network;
  private final Weights weights;
  private final Weights statistics;
  private final LongFunction<Tensor> inputs;
  private final long examples;
  private final long outputs;
  private final boolean traced;

  private BenchmarkNetwork(Builder b, String name, String title, boolean traced) {
    this.name = name;
    this.title = title;
    this.traced = traced;
    network = b.network;
    weights = b.weights;
    statistics = b.statistics;
    inputs = b.inputs;
    examples = b.examples;
    outputs = b.outputs;
  }

  /// What a network consists of.
  ///
  /// @param inputs the first so many examples
  static Builder builder(Network network, Weights weights, LongFunction<Tensor> inputs) {
    return new Builder(network, weights, inputs);
  }

  static final class Builder {
    private final Network network;
    private final Weights weights;
    private final LongFunction<Tensor> inputs;
    private Weights statistics = new Weights();
    private long examples = 16;
    private long outputs = 10;

    private Builder(Network network, Weights weights, LongFunction<Tensor> inputs) {
      this.network = network;
      this.weights = weights;
      this.inputs = inputs;
    }

    /// Inputs that are neither parameters nor examples.
    Builder statistics(Weights constants) {
      statistics = constants;
      return this;
    }

    Builder examples(long count) {
      examples = count;
      return this;
    }

    Builder outputs(long count) {
      outputs = count;
      return this;
    }

    /// With the kernel `[n, n', a, a']`.
    BenchmarkNetwork full(String name, String title) {
      return new BenchmarkNetwork(this, name, title, false);
    }

    /// With the kernel `[n, n']`, the mean over outputs.
    BenchmarkNetwork traced(String name, String title) {
      return new BenchmarkNetwork(this, name, title + ", traced", true);
    }
  }

  /// A short name without spaces.
  public String name() {
    return name;
  }

  /// A name to read.
  public String title() {
    return title;
  }

  /// Whether the kernel is the mean over outputs, `[n, n']`, in place of `[n, n', a, a']`.
  public boolean traced() {
    return traced;
  }

  /// How many examples the kernel is of.
  public long examples() {
    return examples;
  }

  /// How many outputs each example has.
  public long outputs() {
    return outputs;
  }

  /// How many numbers the parameters are.
  public long parameterCount() {
    return weights.count();
  }

  /// The network, of the parameters and inputs that [#params] and [#inputs] give.
  public Network network() {
    return network;
  }

  /// Dtypes and shapes of its parameters by name.
  public Tree<Aval> paramAvals() {
    return weights.avals();
  }

  /// Its parameters by name, always the same.
  public Tree<Tensor> params() {
    return weights.draw(PARAMETERS);
  }

  /// The first `count` examples, and whatever else the network takes, by name.
  public Tree<Tensor> inputs(long count) {
    SequencedMap<String, Tree<Tensor>> all = new LinkedHashMap<>();
    all.put(EXAMPLES, Tree.of(inputs.apply(count)));
    if (statistics.draw(STATISTICS) instanceof Tree.Node<Tensor>(var children)) {
      all.putAll(children);
    }
    return Tree.map(all);
  }

  /// Options of its kernel: the traced axes are set, all else is as it is by default.
  public NtkBuilder kernel() {
    NtkBuilder builder = Ntk.of(network);
    return traced ? builder.traceAxes(-1) : builder.traceAxes();
  }
}
