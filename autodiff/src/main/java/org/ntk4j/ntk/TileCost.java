package org.ntk4j.ntk;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// What the programs of tiles take, in bytes and seconds.
final class TileCost {
  private static final long LINE = 64;

  private final MemoryModel model;
  private final Rates rates;

  TileCost(MemoryModel model, Rates rates) {
    this.model = model;
    this.rates = rates;
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
    // Which implementation it belongs to does not matter here.
    return rates.predict(Implementation.AUTO, p).seconds();
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
  TilePlan plan(TilePrograms p, TileGrid grid, int parameters, long fixed, long limit, long once) {
    TilePlan kept = plan(p, grid, parameters, fixed, limit, once, true);
    if (kept.peakBytes() <= limit) {
      return kept;
    }
    TilePlan again = plan(p, grid, parameters, fixed, limit, once, false);
    return again.peakBytes() < kept.peakBytes() ? again : kept;
  }

  private TilePlan plan(
      TilePrograms p,
      TileGrid grid,
      int parameters,
      long fixed,
      long limit,
      long once,
      boolean kept) {
    List<TileGrid.Group> groups = grid.groups();
    long rows = groups.getFirst().rows().size();
    long columns = groups.getFirst().columns().size();
    boolean symmetric = grid.symmetric();
    long rowBytes = bytes(p.first().outputAvals()) + sliced(p.firstSide(), parameters);
    long columnBytes = bytes(p.second().outputAvals()) + sliced(p.secondSide(), parameters);
    long stored = kept ? columns * columnBytes : columnBytes;
    long rowStored = kept && symmetric ? 0 : rowBytes;
    long base = fixed + bytes(p.shared().outputAvals());
    long pairs = Math.max(beside(p.pair()), p.twins().map(t -> beside(t.diagonal())).orElse(0L));
    long peak = fixed + beside(p.shared());
    peak = Math.max(peak, base + stored - columnBytes + rowStored + beside(p.second()));
    if (!(kept && symmetric)) {
      peak = Math.max(peak, base + (kept ? stored : 0) + beside(p.first()));
    }
    peak = Math.max(peak, base + stored + rowStored + pairs);
    double first = seconds(p.first());
    double second = seconds(p.second());
    double pair = seconds(p.pair());
    double time = 0;
    if (symmetric) {
      double diagonal = p.twins().map(t -> seconds(t.diagonal())).orElse(pair);
      long off = rows * (rows - 1) / 2;
      time = rows * (first + diagonal) + off * ((kept ? 0 : second) + pair);
    } else {
      time = rows * first + (kept ? columns : rows * columns) * second + rows * columns * pair;
    }
    long tiles = symmetric ? rows * (rows + 1) / 2 : rows * columns;
    return new TilePlan(
        grid.sizes(),
        rows,
        columns,
        groups.size() * tiles,
        kept,
        peak,
        limit,
        once,
        seconds(p.shared()) + groups.size() * time);
  }
}
