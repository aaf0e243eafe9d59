package org.ntk4j.ntk;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.ntk4j.autodiff.structure.StructureOptions;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ntk.NtkOptions.ExampleClaim;
import org.ntk4j.ntk.NtkOptions.PerOutput;
import org.ntk4j.ntk.NtkOptions.Selection;

/// Options of an [Ntk]. Without any: trace over the last axis, no diagonal axes, all parameters,
/// the cheapest implementation.
public final class NtkBuilder {
  private final Network network;
  private PerOutput trace = new PerOutput.Same(List.of(-1));
  private PerOutput diagonal = new PerOutput.Same(List.of());
  private Implementation implementation = Implementation.AUTO;
  private Optional<ExampleClaim> examples = Optional.empty();
  private Selection parameters = new Selection.Where(_ -> true);
  private boolean perParameter;
  private boolean crossOutputs;
  private boolean jacobianRules = true;
  private boolean structureRules = true;
  private long gradientBytes = Long.MAX_VALUE;
  private boolean forwardMode;
  private Supplier<Rates> rates = () -> ProgramCache.standard().rates();
  private Runner runner = Runner.standard();
  private MemoryLimit memory = MemoryLimit.DEFAULT;
  private MemoryModel memoryModel = MemoryModel.standard();
  private Optional<TileSizes> tiles = Optional.empty();
  private TileProgress progress = (_, _) -> {};
  private Optional<TensorScope> owner = Optional.empty();

  NtkBuilder(Network network) {
    this.network = Objects.requireNonNull(network, "the network is null");
  }

  /// Output axes to trace: unified between the two sides, summed, and divided by their size.
  /// Negative axes count from the end. Default: `-1`.
  public NtkBuilder traceAxes(int... axes) {
    trace = new PerOutput.Same(boxed(axes));
    return this;
  }

  /// Output axes to trace, for each output.
  public NtkBuilder traceAxes(Tree<List<Integer>> axes) {
    trace = new PerOutput.Each(axes);
    return this;
  }

  /// Output axes that appear once: unified between the two sides and kept. Default: none.
  public NtkBuilder diagonalAxes(int... axes) {
    diagonal = new PerOutput.Same(boxed(axes));
    return this;
  }

  /// Output axes that appear once, for each output.
  public NtkBuilder diagonalAxes(Tree<List<Integer>> axes) {
    diagonal = new PerOutput.Each(axes);
    return this;
  }

  private static List<Integer> boxed(int... axes) {
    return Arrays.stream(axes).boxed().toList();
  }

  /// How to compute the kernel. Default: [Implementation#AUTO].
  public NtkBuilder implementation(Implementation choice) {
    implementation = Objects.requireNonNull(choice, "the implementation is null");
    return this;
  }

  /// Claims that `axis` of every input that has it counts examples, and that they are independent;
  /// a claim that is wrong is an error. Without a claim this is found out.
  public NtkBuilder exampleAxes(int axis) {
    examples = Optional.of(new ExampleClaim.Same(axis));
    return this;
  }

  /// Claims an example axis, or none, for each input; see [#exampleAxes(int)].
  public NtkBuilder exampleAxes(Tree<OptionalInt> axes) {
    examples = Optional.of(new ExampleClaim.Each(axes));
    return this;
  }

  /// The parameters to differentiate, by path, such as `layer0.w`. Default: all.
  public NtkBuilder parameters(Predicate<String> selected) {
    parameters = new Selection.Where(selected);
    return this;
  }

  /// The parameters to differentiate, by path; a path of no parameter is an error.
  public NtkBuilder parameters(Collection<String> paths) {
    parameters = new Selection.Named(Set.copyOf(paths));
    return this;
  }

  /// Whether to give the kernel of each parameter in place of their sum. Default: false.
  public NtkBuilder perParameter(boolean separate) {
    perParameter = separate;
    return this;
  }

  /// Whether to give, for several outputs, the kernels between different ones too. Default: false.
  public NtkBuilder crossOutputs(boolean cross) {
    crossOutputs = cross;
    return this;
  }

  /// Whether structured derivatives may write down local Jacobians by rule; for debugging. Default:
  /// true.
  public NtkBuilder jacobianRules(boolean use) {
    jacobianRules = use;
    return this;
  }

  /// Whether structured derivatives may use the structure of local Jacobians; for debugging.
  /// Default: true.
  public NtkBuilder structureRules(boolean use) {
    structureRules = use;
    return this;
  }

  /// What structured derivatives may take for the gradients of a parameter, one for each example
  /// and output: if they take more, they are formed and contracted slab by slab, in 64 slabs at
  /// most. Those of a parameter with several uses may be summed over them first, and are not cut.
  /// Default: no limit, but for kernels that have no room otherwise.
  ///
  /// @throws IllegalArgumentException unless `bytes` is positive
  public NtkBuilder gradientBytes(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("gradients of %d bytes; expected more".formatted(bytes));
    }
    gradientBytes = bytes;
    return this;
  }

  /// Whether the Jacobian contraction computes Jacobians by columns (forward mode), in place of
  /// rows (reverse mode). Default: false.
  public NtkBuilder forwardMode(boolean columns) {
    forwardMode = columns;
    return this;
  }

  /// The machine's rates, by which [Implementation#AUTO] predicts times. Default: those that the
  /// back end has measured on this machine.
  public NtkBuilder rates(Rates machine) {
    rates = () -> machine;
    return this;
  }

  /// What runs the kernel's program. Default: [Runner#standard]; for another one, say how much
  /// memory it takes by [#memoryModel] too.
  public NtkBuilder runner(Runner backEnd) {
    runner = backEnd;
    return this;
  }

  /// Most bytes that a kernel may take, inputs and result included. Default: 70 % of what is free
  /// when it is planned. A kernel that would take more is computed in tiles, or refused before any
  /// work with a [MemoryException].
  public NtkBuilder memory(long bytes) {
    return memory(new MemoryLimit.Bytes(bytes));
  }

  /// How much memory a kernel may take; see [#memory(long)].
  public NtkBuilder memory(MemoryLimit limit) {
    memory = Objects.requireNonNull(limit, "the memory limit is null");
    return this;
  }

  /// How the back end's memory is predicted. Default: [MemoryModel#standard].
  public NtkBuilder memoryModel(MemoryModel model) {
    memoryModel = Objects.requireNonNull(model, "the memory model is null");
    return this;
  }

  /// Computes kernels in tiles of these sizes, whether they are needed or not; for debugging.
  ///
  /// Sizes beyond those of the kernel are lowered to them. Tiles of a symmetric kernel, or of one
  /// that pairs examples, have as many columns as rows, whatever is said. Outputs are cut along the
  /// longest output axis, if it is traced into a divisor of its size; where a kernel has several
  /// outputs, or none with an axis to cut, they are not cut.
  public NtkBuilder tiles(TileSizes sizes) {
    return tiles(Optional.of(sizes));
  }

  /// Computes kernels in tiles of these sizes, or, as by default, only if they are needed.
  public NtkBuilder tiles(Optional<TileSizes> sizes) {
    tiles = sizes;
    return this;
  }

  /// Told about every tile of a kernel computed in tiles.
  public NtkBuilder progress(TileProgress listener) {
    progress = Objects.requireNonNull(listener, "the progress listener is null");
    return this;
  }

  /// The owner of the tensors of kernels: they end when it is closed or releases them, and their
  /// memory is used again for the next kernel. Default: none, they are garbage-collected.
  ///
  /// {@snippet :
  /// try (TensorScope scope = TensorScope.open()) {
  ///   Ntk ntk = Ntk.of(network).owner(scope).build();
  ///   for (Tree<Tensor> batch : batches) {
  ///     Tensor k = ntk.compute(batch, params).values();
  ///     use(k);
  ///     scope.release(k);
  ///   }
  /// }
  /// }
  public NtkBuilder owner(TensorScope scope) {
    owner = Optional.of(scope);
    return this;
  }

  /// The kernel function.
  public Ntk build() {
    return new Ntk(
        network,
        new NtkOptions(
            trace,
            diagonal,
            implementation,
            examples,
            parameters,
            perParameter,
            crossOutputs,
            new StructureOptions(jacobianRules, structureRules, gradientBytes),
            forwardMode,
            rates,
            runner,
            new NtkOptions.Memory(memory, memoryModel, tiles, progress, owner)));
  }
}
