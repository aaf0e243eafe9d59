package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Held;
import org.ntk4j.ntk.CompiledKernel.Slot;

/// Finite-width kernels of a network `y = f(θ, x)`: the NTK `K[n,n',a,a',..] = Σ_w ∂y[n,a,..]/∂θ[w]
/// · ∂y'[n',a',..]/∂θ[w]`, and the NNGP kernel `y[n,a,..] · y'[n',a',..]`.
///
/// The axes of `y` and `y'` interleave. A traced axis is unified between the two sides, summed and
/// divided by its size; a diagonal one is unified and kept. The last axis is traced by default.
///
/// {@snippet :
/// Ntk ntk = Ntk.of(network).traceAxes().build();
/// Kernel k = ntk.compute(train, test, params);
/// }
///
/// Programs are cached by shapes: a second kernel of the same shapes starts at once. An instance
/// may be used by several threads.
public final class Ntk {
  private static final int CACHED = 32;

  private final Network network;
  private final NtkOptions options;
  private final Map<KernelRequest, CompiledKernel> compiled =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<KernelRequest, CompiledKernel> eldest) {
          return size() > CACHED;
        }
      };

  Ntk(Network network, NtkOptions options) {
    this.network = network;
    this.options = options;
  }

  /// Options for the kernel of `network`.
  public static NtkBuilder of(Network network) {
    return new NtkBuilder(network);
  }

  /// The NTK of `x` with itself; it is symmetric, and half of it is computed.
  ///
  /// @throws IllegalArgumentException as [#compute(Tree, Tree, Tree)]
  public Kernel compute(Tree<Tensor> x, Tree<Tensor> params) {
    return run(x, Optional.empty(), params, true, false).ntk();
  }

  /// The NTK between `x1` and `x2`.
  ///
  /// @throws IllegalArgumentException if the inputs or axes do not fit; before any work
  /// @throws MemoryException if it takes more memory than it may, in tiles too; before any work
  public Kernel compute(Tree<Tensor> x1, Tree<Tensor> x2, Tree<Tensor> params) {
    return run(x1, Optional.of(x2), params, true, false).ntk();
  }

  /// The NNGP kernel of `x` with itself.
  public Kernel nngp(Tree<Tensor> x, Tree<Tensor> params) {
    return run(x, Optional.empty(), params, false, true).nngp();
  }

  /// The NNGP kernel between `x1` and `x2`.
  public Kernel nngp(Tree<Tensor> x1, Tree<Tensor> x2, Tree<Tensor> params) {
    return run(x1, Optional.of(x2), params, false, true).nngp();
  }

  /// Both kernels of `x` with itself, with one forward pass.
  public KernelPair both(Tree<Tensor> x, Tree<Tensor> params) {
    return run(x, Optional.empty(), params, true, true);
  }

  /// Both kernels between `x1` and `x2`, with one forward pass of each.
  public KernelPair both(Tree<Tensor> x1, Tree<Tensor> x2, Tree<Tensor> params) {
    return run(x1, Optional.of(x2), params, true, true);
  }

  /// Promises that `params` will not change until what is returned is closed: a back end with
  /// memory of its own copies them there once, and not for each kernel.
  ///
  /// {@snippet :
  /// try (Held _ = ntk.hold(params)) {
  ///   for (Tree<Tensor> batch : batches) {
  ///     kernels.add(ntk.compute(batch, train, params));
  ///   }
  /// }
  /// }
  public Held hold(Tree<Tensor> params) {
    return options.runner().hold(params.leaves());
  }

  /// How the NTK of `x` with itself is computed.
  public Explanation explain(Tree<Aval> x, Tree<Aval> params) {
    return compiled(new KernelRequest(params, x, Optional.empty(), true, false)).explanation();
  }

  /// How the NTK between `x1` and `x2` is computed.
  public Explanation explain(Tree<Aval> x1, Tree<Aval> x2, Tree<Aval> params) {
    return compiled(request(x1, Optional.of(x2), params, true, false)).explanation();
  }

  /// The NTK of `x` with itself as a program `(parameters.., x..) -> blocks..`.
  public Program program(Tree<Aval> x, Tree<Aval> params) {
    return explain(x, params).program();
  }

  /// The NTK between `x1` and `x2` as a program `(parameters.., x1.., x2..) -> blocks..`.
  public Program program(Tree<Aval> x1, Tree<Aval> x2, Tree<Aval> params) {
    return explain(x1, x2, params).program();
  }

  private KernelPair run(
      Tree<Tensor> x1, Optional<Tree<Tensor>> x2, Tree<Tensor> params, boolean ntk, boolean nngp) {
    Tree<Aval> avals = InputRules.avals("parameter", params);
    Tree<Aval> avals1 = InputRules.avals("x1", x1);
    Optional<Tree<Aval>> avals2 = x2.map(x -> InputRules.avals("x2", x));
    CompiledKernel kernel = compiled(request(avals1, avals2, avals, ntk, nngp));
    Computed computed = computed(kernel, params, x1, x2);
    List<Tensor> outputs = computed.outputs();
    int split = kernel.ntk().size();
    int expected = split + kernel.nngp().size();
    if (outputs.size() != expected) {
      throw new IllegalStateException(
          "the runner returned %d tensors; the program has %d outputs"
              .formatted(outputs.size(), expected));
    }
    List<String> report = new ArrayList<>(kernel.warnings());
    if (!outputs.stream().allMatch(Tensor::isFinite)) {
      report.addAll(notFinite(x1, x2, params));
    }
    return new KernelPair(
        kernel(kernel, kernel.ntk(), outputs.subList(0, split), computed.memory(), report),
        kernel(
            kernel,
            kernel.nngp(),
            outputs.subList(split, outputs.size()),
            computed.memory(),
            report));
  }

  private record Computed(List<Tensor> outputs, MemoryUse memory) {}

  private Computed computed(
      CompiledKernel kernel, Tree<Tensor> params, Tree<Tensor> x1, Optional<Tree<Tensor>> x2) {
    Optional<List<Tensor>> second = x2.map(x -> Tree.zip(x1, x, (_, y) -> y).leaves());
    if (kernel.tiles().isPresent()) {
      TiledKernel tiles = kernel.tiles().get();
      TileRun.Computed run = TileRun.of(tiles, options, params.leaves(), x1.leaves(), second);
      OptionalLong peak = OptionalLong.of(tiles.fixedBytes() + run.peakBytes());
      Optional<TilePlan> plan = Optional.of(tiles.plan());
      return new Computed(run.results(), new MemoryUse(kernel.peakBytes(), peak, plan));
    }
    List<Tensor> inputs = new ArrayList<>(params.leaves());
    inputs.addAll(x1.leaves());
    second.ifPresent(inputs::addAll);
    return new Computed(
        options.results(kernel.explanation().program(), inputs),
        new MemoryUse(kernel.peakBytes(), OptionalLong.empty(), Optional.empty()));
  }

  /// Where values of the kernel that are not finite come from.
  private static List<String> notFinite(
      Tree<Tensor> x1, Optional<Tree<Tensor>> x2, Tree<Tensor> params) {
    List<String> found = new ArrayList<>(InputRules.notFinite("parameter", params));
    found.addAll(InputRules.notFinite("x1", x1));
    x2.ifPresent(x -> found.addAll(InputRules.notFinite("x2", x)));
    return found.isEmpty()
        ? List.of("the kernel holds values that are not finite, though parameters and inputs are")
        : found;
  }

  private static KernelRequest request(
      Tree<Aval> x1, Optional<Tree<Aval>> x2, Tree<Aval> params, boolean ntk, boolean nngp) {
    Optional<Tree<Aval>> ordered =
        x2.map(x -> x.sameStructure(x1) ? Tree.zip(x1, x, (_, y) -> y) : x);
    return new KernelRequest(params, x1, ordered, ntk, nngp);
  }

  private Kernel kernel(
      CompiledKernel compiled,
      List<Slot> slots,
      List<Tensor> values,
      MemoryUse memory,
      List<String> report) {
    List<KernelBlock> blocks = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      blocks.add(slots.get(i).with(values.get(i)));
    }
    return new Kernel(
        compiled.outputs(),
        blocks,
        compiled.precision(),
        options.runner().productPrecision(),
        Optional.of(memory),
        report);
  }

  private CompiledKernel compiled(KernelRequest request) {
    synchronized (compiled) {
      CompiledKernel known = compiled.get(request);
      long limit = options.memory().limitBytes();
      if (known == null || options.memory().tiles().isEmpty() && !known.suits(limit)) {
        known = new KernelCompiler(network, options, request, limit).compile();
        compiled.put(request, known);
      }
      return known;
    }
  }
}
