package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.eval.Held;
import org.ntk4j.ir.pass.Twins;
import org.ntk4j.ntk.TileGrid.Group;
import org.ntk4j.ntk.TileGrid.Part;
import org.ntk4j.ntk.TileGrid.Range;

/// Computes a kernel tile by tile: what a row of tiles shares is computed once and kept while the
/// row lasts, and each tile is copied to its place in the result.
final class TileRun {
  private final TiledKernel kernel;
  private final TilePrograms programs;
  private final NtkOptions options;
  private final List<Tensor> parameters;
  private final List<Tensor> x1;
  private final List<Tensor> x2;
  private final TensorScope scope;
  private final List<Tensor> results = new ArrayList<>();
  private List<Tensor> shared = List.of();
  private long done;

  private TileRun(
      TiledKernel kernel,
      NtkOptions options,
      List<Tensor> parameters,
      List<Tensor> x1,
      List<Tensor> x2,
      TensorScope scope) {
    this.kernel = kernel;
    this.programs = kernel.programs();
    this.options = options;
    this.parameters = parameters;
    this.x1 = x1;
    this.x2 = x2;
    this.scope = scope;
  }

  /// The results, and the most memory that was allocated for anything else.
  record Computed(List<Tensor> results, long peakBytes) {}

  static Computed of(
      TiledKernel kernel,
      NtkOptions options,
      List<Tensor> parameters,
      List<Tensor> x1,
      Optional<List<Tensor>> x2) {
    try (TensorScope scope = TensorScope.open()) {
      TileRun run = new TileRun(kernel, options, parameters, x1, x2.orElse(x1), scope);
      try {
        run.all();
      } catch (RuntimeException | Error failure) {
        options.memory().owner().ifPresent(owner -> run.results.forEach(owner::release));
        throw failure;
      }
      return new Computed(List.copyOf(run.results), scope.peakBytes());
    }
  }

  /// One side of a tile: its inputs, and what was computed of them alone.
  private record Side(Part part, List<Tensor> inputs, List<Tensor> factors) {}

  private void all() {
    kernel.blocks().forEach(b -> results.add(options.memory().zeros(b.dtype(), b.shape())));
    options.memory().progress().tiles(0, kernel.plan().tiles());
    try (Held _ = options.runner().hold(parameters)) {
      shared = options.runner().run(programs.shared(), parameters, scope);
      try (Held _ = options.runner().hold(shared)) {
        for (Group group : kernel.grid().groups()) {
          try (TensorScope kept = TensorScope.openWithin(scope)) {
            run(group, kept);
          }
        }
      }
    }
  }

  private void run(Group group, TensorScope kept) {
    List<Side> columns = new ArrayList<>();
    if (kernel.plan().columnsKept()) {
      group.columns().forEach(part -> columns.add(second(part, kept)));
    }
    for (int i = 0; i < group.rows().size(); i++) {
      try (TensorScope row = TensorScope.openWithin(scope)) {
        boolean known = kernel.grid().symmetric() && !columns.isEmpty();
        Side first = known ? columns.get(i) : first(group.rows().get(i), row);
        for (int j = kernel.grid().symmetric() ? i : 0; j < group.columns().size(); j++) {
          tile(first, i, j, group, columns);
        }
      }
    }
  }

  private void tile(Side first, int i, int j, Group group, List<Side> columns) {
    try (TensorScope column = TensorScope.openWithin(scope)) {
      if (kernel.grid().symmetric() && i == j) {
        diagonal(first, column);
      } else if (columns.isEmpty()) {
        pair(first, second(group.columns().get(j), column), column);
      } else {
        pair(first, columns.get(j), column);
      }
    }
    done++;
    options.memory().progress().tiles(done, kernel.plan().tiles());
  }

  private Side first(Part part, TensorScope owner) {
    List<Tensor> inputs = inputs(x1, programs.firstSide(), part, owner);
    return new Side(part, inputs, options.runner().run(programs.first(), given(inputs), owner));
  }

  private Side second(Part part, TensorScope owner) {
    List<Tensor> inputs = inputs(x2, programs.secondSide(), part, owner);
    return new Side(part, inputs, options.runner().run(programs.second(), given(inputs), owner));
  }

  private List<Tensor> given(List<Tensor> more) {
    List<Tensor> all = new ArrayList<>(parameters);
    all.addAll(shared);
    all.addAll(more);
    return all;
  }

  private void pair(Side first, Side second, TensorScope owner) {
    List<Tensor> inputs = given(first.inputs());
    inputs.addAll(second.inputs());
    inputs.addAll(
        programs.twins().map(t -> pick(first.factors(), t.first())).orElse(first.factors()));
    inputs.addAll(
        programs.twins().map(t -> pick(second.factors(), t.second())).orElse(second.factors()));
    List<Tensor> tile = options.runner().run(programs.pair(), inputs, owner);
    int count = kernel.blocks().size();
    place(tile.subList(0, count), first.part(), second.part());
    if (kernel.grid().symmetric()) {
      place(tile.subList(count, 2 * count), second.part(), first.part());
    }
  }

  private static List<Tensor> pick(List<Tensor> factors, List<Integer> numbers) {
    return numbers.stream().map(factors::get).toList();
  }

  private void diagonal(Side side, TensorScope owner) {
    Twins twins = programs.twins().orElseThrow();
    List<Tensor> inputs = given(side.inputs());
    inputs.addAll(side.factors());
    place(options.runner().run(twins.diagonal(), inputs, owner), side.part(), side.part());
  }

  /// The inputs of one side of the network, without the parameters.
  private List<Tensor> inputs(List<Tensor> x, TileNetwork.Side side, Part part, TensorScope owner) {
    List<Tensor> inputs = new ArrayList<>();
    Range range = part.examples();
    for (int i = 0; i < x.size(); i++) {
      Tensor whole = x.get(i);
      ExampleAxis fact = side.facts().get(kernel.parameters() + i);
      inputs.add(fact.position().map(axis -> slice(whole, axis, range, owner)).orElse(whole));
    }
    if (side.numbered()) {
      Tensor numbers = owner.allocate(DType.I64, Shape.of(range.size()));
      for (long k = 0; k < range.size(); k++) {
        numbers.setLong(k, range.start() + k);
      }
      inputs.add(numbers);
    }
    part.outputs().ifPresent(piece -> inputs.add(start(piece, side, owner)));
    return inputs;
  }

  private Tensor start(Range piece, TileNetwork.Side side, TensorScope owner) {
    Tensor start = owner.zeros(DType.I64, side.program().inputs().getLast().aval().shape());
    start.setLong(kernel.grid().cut().orElseThrow().axis(), piece.start());
    return start;
  }

  private static Tensor slice(Tensor x, int axis, Range range, TensorScope owner) {
    if (axis == 0) {
      return x.slice(range.start(), range.start() + range.size());
    }
    Tensor slice = owner.allocate(x.dtype(), x.shape().with(axis, range.size()));
    List<Long> origin = new ArrayList<>();
    List<Long> start = new ArrayList<>();
    for (int k = 0; k < x.rank(); k++) {
      origin.add(0L);
      start.add(k == axis ? range.start() : 0L);
    }
    TileCopy.copy(x, start, slice, origin, slice.shape().dims());
    return slice;
  }

  /// Copies a tile to where it belongs, or adds it.
  private void place(List<Tensor> tile, Part row, Part column) {
    for (int k = 0; k < tile.size(); k++) {
      TileBlock block = kernel.blocks().get(k);
      Tensor from = tile.get(k);
      if (!block.sumsExamples()) {
        place(from, k, row, column, 1);
        continue;
      }
      Range range = row.examples();
      for (long n = range.fresh() - range.start(); n < range.size(); n++) {
        Tensor one = from.slice(n, n + 1);
        place(one.reshape(from.shape().remove(0)), k, row, column, 1.0 / kernel.grid().first());
      }
    }
  }

  private void place(Tensor from, int number, Part row, Part column, double share) {
    TileBlock block = kernel.blocks().get(number);
    List<Long> source = new ArrayList<>();
    List<Long> target = new ArrayList<>();
    List<Long> extent = new ArrayList<>();
    for (int axis = 0; axis < from.rank(); axis++) {
      Optional<Range> range = range(block.axes().get(axis), row, column);
      source.add(range.map(r -> r.fresh() - r.start()).orElse(0L));
      target.add(range.map(Range::fresh).orElse(0L));
      extent.add(range.map(Range::count).orElse(from.shape().dim(axis)));
    }
    Optional<TileGrid.CutAxis> traced = kernel.grid().cut().filter(TileGrid.CutAxis::traced);
    Tensor to = results.get(number);
    if (traced.isPresent()) {
      double piece = (double) row.outputs().orElseThrow().size() / traced.get().size();
      TileCopy.add(from, source, to, target, extent, share * piece);
    } else if (block.sumsExamples()) {
      TileCopy.add(from, source, to, target, extent, share);
    } else {
      TileCopy.copy(from, source, to, target, extent);
    }
  }

  /// What the tile covers of an axis of the result; absent for all of it.
  private Optional<Range> range(KernelProduct.Axis axis, Part row, Part column) {
    Part part = axis.side() == 0 ? row : column;
    if (axis.index() == 0) {
      return Optional.of(part.examples());
    }
    boolean cut = kernel.grid().cut().filter(c -> c.axis() == axis.index()).isPresent();
    return cut ? part.outputs() : Optional.empty();
  }
}
