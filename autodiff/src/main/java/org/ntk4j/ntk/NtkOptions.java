package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.ntk4j.autodiff.structure.StructureOptions;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Rates;

/// What a kernel is asked with; see [NtkBuilder].
record NtkOptions(
    PerOutput trace,
    PerOutput diagonal,
    Implementation implementation,
    Optional<ExampleClaim> examples,
    Selection parameters,
    boolean perParameter,
    boolean crossOutputs,
    StructureOptions structure,
    boolean forwardMode,
    Supplier<Rates> rates,
    Runner runner,
    Memory memory) {

  /// How much memory may be used, and how.
  ///
  /// @param tiles sizes asked for, whatever fits
  /// @param owner of the tensors of results; without one they are garbage-collected
  record Memory(
      MemoryLimit limit,
      MemoryModel model,
      Optional<TileSizes> tiles,
      TileProgress progress,
      Optional<TensorScope> owner) {

    /// How much that is in bytes, now: what the owner has and does not use is free.
    long limitBytes() {
      return limit.toBytes(() -> model.freeBytes() + owner.map(TensorScope::idleBytes).orElse(0L));
    }

    /// A result that is 0 everywhere.
    Tensor zeros(DType dtype, Shape shape) {
      return owner
          .map(scope -> scope.zeros(dtype, shape))
          .orElseGet(() -> Tensor.zeros(dtype, shape));
    }
  }

  /// The outputs of `p` for these inputs.
  List<Tensor> results(Program p, List<Tensor> inputs) {
    return memory
        .owner()
        .map(scope -> runner.run(p, inputs, scope))
        .orElseGet(() -> runner.run(p, inputs));
  }

  /// Axes for each output.
  sealed interface PerOutput {
    /// The same for every output.
    record Same(List<Integer> axes) implements PerOutput {}

    /// One list for each output.
    record Each(Tree<List<Integer>> axes) implements PerOutput {}

    /// The axes of each output, in order.
    default List<List<Integer>> of(String kind, Tree<Aval> outputs) {
      return switch (this) {
        case Same(List<Integer> axes) -> outputs.leaves().stream().map(_ -> axes).toList();
        case Each(Tree<List<Integer>> axes) -> {
          try {
            yield Tree.zip(outputs, axes, (_, own) -> own).leaves();
          } catch (IllegalArgumentException different) {
            throw new IllegalArgumentException(
                "the %s axes are not given for the network's outputs: %s"
                    .formatted(kind, different.getMessage()),
                different);
          }
        }
      };
    }
  }

  /// Which axes of the inputs count examples that are claimed independent.
  sealed interface ExampleClaim {
    /// This axis of every input that has it.
    record Same(int axis) implements ExampleClaim {}

    /// An axis, or none, for each input.
    record Each(Tree<OptionalInt> axes) implements ExampleClaim {}
  }

  /// Which parameters are differentiated.
  sealed interface Selection {
    /// Those with these paths.
    record Named(Set<String> paths) implements Selection {}

    /// Those whose path satisfies this.
    record Where(Predicate<String> selected) implements Selection {}
  }

  /// The claimed example axis of each input, counted from 0.
  List<OptionalInt> claimed(Tree<Aval> x) {
    return switch (examples.orElse(new ExampleClaim.Same(0))) {
      case ExampleClaim.Same(int axis) -> {
        List<OptionalInt> axes = new ArrayList<>();
        for (Aval aval : x.leaves()) {
          boolean has = -aval.rank() <= axis && axis < aval.rank();
          axes.add(
              has ? OptionalInt.of(axis < 0 ? axis + aval.rank() : axis) : OptionalInt.empty());
        }
        yield axes;
      }
      case ExampleClaim.Each(Tree<OptionalInt> axes) -> each(axes, x);
    };
  }

  private static List<OptionalInt> each(Tree<OptionalInt> given, Tree<Aval> x) {
    try {
      Tree<OptionalInt> axes = Tree.zip(x, given, (aval, axis) -> counted(axis, aval));
      return axes.leaves();
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "the example axes do not fit the inputs x: " + wrong.getMessage(), wrong);
    }
  }

  private static OptionalInt counted(OptionalInt axis, Aval aval) {
    if (axis.isEmpty()) {
      return axis;
    }
    int given = axis.getAsInt();
    if (given < -aval.rank() || given >= aval.rank()) {
      throw new IllegalArgumentException(
          "axis %d is out of range for an input %s".formatted(given, aval));
    }
    return OptionalInt.of(given < 0 ? given + aval.rank() : given);
  }

  /// For each parameter whether it is selected.
  ///
  /// @throws IllegalArgumentException if one is named that does not exist
  List<Boolean> active(Tree<?> params) {
    List<String> paths = params.paths();
    return switch (parameters) {
      case Selection.Where(Predicate<String> selected) ->
          paths.stream().map(selected::test).toList();
      case Selection.Named(Set<String> named) -> {
        named.stream()
            .filter(path -> !paths.contains(path))
            .sorted()
            .findFirst()
            .ifPresent(path -> {
              throw new IllegalArgumentException(
                  "no parameter `%s` to select; there are %s".formatted(path, paths));
            });
        yield paths.stream().map(named::contains).toList();
      }
    };
  }
}
