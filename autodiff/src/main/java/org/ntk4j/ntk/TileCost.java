package org.ntk4j.ntk;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// What the programs of tiles take, in bytes and seconds.
final class TileCost {
  private static final long LINE = 64;

  private final MemoryModel model;
  private final Predictor predictor;

  TileCost(MemoryModel model, Predictor predictor) {
    this.model = model;
    this.predictor = predictor;
  }

  /// Bytes of such tensors, each rounded up to a cache line.
  static long bytes(List<Aval> avals) {
    return avals.stream().mapToLong(TileCost::bytes).reduce(0, Math::addExact);
  }

  private static long bytes(Aval aval) {
    long bytes = Math.multiplyExact(aval.size(), (long) aval.dtype().sizeBytes());
    return Math.addExact(bytes, LINE - 1) / LINE * LINE;
  }

  /// What running `p` takes beside its inputs: temporaries and results.
  long beside(Program p) {
    return model.peakBytes(p) - bytes(p.inputAvals()) + copied(p);
  }

  /// Results that are no equation's, or given twice, become copies.
  private static long copied(Program p) {
    Set<Atom> own = new HashSet<>();
    p.equations().forEach(e -> own.addAll(e.out()));
    long bytes = 0;
    for (Atom y : p.outputs()) {
      if (!(y instanceof Var) || !own.remove(y)) {
        bytes += bytes(List.of(y.aval()));
      }
    }
    return bytes;
  }

  double seconds(Program p) {
    return predictor.seconds(p);
  }

  /// What a side of a tile takes of the inputs: copies of examples that are not on axis 0, and the
  /// numbers of the examples.
  static long sliced(TileNetwork.Side side, int parameters) {
    long bytes = 0;
    for (int i = parameters; i < side.facts().size(); i++) {
      boolean copied = side.facts().get(i).position().filter(axis -> axis > 0).isPresent();
      boolean made = side.numbered() && i == side.facts().size() - 1;
      bytes += copied || made ? bytes(List.of(side.program().inputs().get(i).aval())) : 0;
    }
    return bytes;
  }

  /// The plan of these programs on this grid; whether columns are kept is decided by what fits.
  ///
  /// @param fixed bytes of the inputs and the result
  /// @param limit bytes that may be used
  /// @param once bytes of the kernel computed at once
  TilePlan plan(TilePrograms p, TileGrid grid, int parameters, long fixed, long limit, long once) {
    Shape shape = Shape.of(p, grid, parameters);
    boolean fits = peak(p, shape, fixed, true) <= limit;
    boolean smaller = peak(p, shape, fixed, false) < peak(p, shape, fixed, true);
    boolean kept = fits || !smaller;
    return new TilePlan(
        grid.sizes(),
        TileGrid.ranges(grid.first(), grid.sizes().rows()).size(),
        TileGrid.ranges(grid.second(), grid.sizes().columns()).size(),
        shape.groups * (grid.symmetric() ? shape.rows + shape.off() : shape.rows * shape.columns),
        kept,
        !p.lean(),
        peak(p, shape, fixed, kept),
        limit,
        once,
        seconds(p.shared()) + shape.groups * seconds(p, shape, kept));
  }

  /// What the cost depends on beside the programs.
  ///
  /// @param rows tiles of one side in a group
  /// @param columns tiles of the other side
  /// @param rowBytes what is kept for one of the rows
  /// @param columnBytes what is kept for one of the columns
  private record Shape(
      long groups, long rows, long columns, boolean symmetric, long rowBytes, long columnBytes) {
    static Shape of(TilePrograms p, TileGrid grid, int parameters) {
      List<TileGrid.Group> groups = grid.groups();
      return new Shape(
          groups.size(),
          groups.getFirst().rows().size(),
          groups.getFirst().columns().size(),
          grid.symmetric(),
          bytes(p.first().outputAvals()) + sliced(p.firstSide(), parameters),
          bytes(p.second().outputAvals()) + sliced(p.secondSide(), parameters));
    }

    /// Tiles above the diagonal.
    long off() {
      return rows * (rows - 1) / 2;
    }
  }

  private long peak(TilePrograms p, Shape shape, long fixed, boolean kept) {
    long base = fixed + bytes(p.shared().outputAvals());
    long columns = kept ? shape.columns * shape.columnBytes : shape.columnBytes;
    boolean rowIsColumn = kept && shape.symmetric;
    long row = rowIsColumn ? 0 : shape.rowBytes;
    boolean pairs = !shape.symmetric || shape.off() > 0;
    long tile =
        Math.max(pairs ? beside(p.pair()) : 0, p.twins().map(t -> beside(t.diagonal())).orElse(0L));
    return LongStream.of(
            fixed + beside(p.shared()),
            base + columns - shape.columnBytes + (kept ? 0 : row) + beside(p.second()),
            rowIsColumn ? 0 : base + (kept ? columns : 0) + beside(p.first()),
            base + columns + row + tile)
        .max()
        .orElseThrow();
  }

  /// Seconds of one group.
  private double seconds(TilePrograms p, Shape shape, boolean kept) {
    double first = seconds(p.first());
    double second = seconds(p.second());
    double pair = seconds(p.pair());
    if (shape.symmetric) {
      double diagonal = p.twins().map(t -> seconds(t.diagonal())).orElse(pair);
      return shape.rows * (first + diagonal) + shape.off() * ((kept ? 0 : second) + pair);
    }
    long tiles = shape.rows * shape.columns;
    return shape.rows * first + (kept ? shape.columns : tiles) * second + tiles * pair;
  }
}
