package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.autodiff.structure.KernelProblem;
import org.ntk4j.autodiff.structure.StructureOptions;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ntk.TileGrid.CutAxis;

/// Looks for the tiles by which one implementation stays within the limit in the least time.
///
/// Programs are made for each size that is tried, so that time and memory are those of what would
/// run; the next size is guessed from the last.
final class TileSearch {
  /// Tiles this many times as tall as wide are tried, too: few rows of tiles, so that the factors
  /// of columns are computed seldom where they cannot be kept.
  private static final long TALL = 8;

  /// Larger tiles are looked for if these take so many times as long as the kernel at once.
  private static final double WORTH = 1.1;

  /// The part of the memory that a slab of gradients may take.
  private static final long SLABS = 8;

  /// What is not kept is worth it if so much is left.
  private static final double LESS = 0.8;

  private final NtkOptions options;
  private final KernelSetting setting;
  private final Implementation implementation;
  private final TileNetwork first;
  private final TileNetwork second;
  private final List<TileBlock> blocks;
  private final boolean paired;
  private final boolean square;
  private final long fixed;
  private final long limit;
  private final Prediction once;
  private final TileCost cost;
  private final OptionalLong slabBytes;
  private final Map<TileSizes, TiledKernel> known = new HashMap<>();

  /// @param first the first side
  /// @param second the second side; the same object for a symmetric kernel
  /// @param limit bytes that may be used
  /// @param once what the kernel computed at once would take
  TileSearch(
      NtkOptions options,
      KernelSetting setting,
      Implementation implementation,
      TileNetwork first,
      TileNetwork second,
      long limit,
      Prediction once) {
    this(options, setting, implementation, first, second, limit, once, OptionalLong.empty());
  }

  /// @param slabBytes for tiles that keep no gradients, what those of a parameter may take
  private TileSearch(
      NtkOptions options,
      KernelSetting setting,
      Implementation implementation,
      TileNetwork first,
      TileNetwork second,
      long limit,
      Prediction once,
      OptionalLong slabBytes) {
    this.options = options;
    this.setting = setting;
    this.implementation = implementation;
    this.first = first;
    this.second = second;
    this.limit = limit;
    this.once = once;
    this.blocks = TileBlock.of(setting);
    this.paired = blocks.getFirst().entry().axes().unifies(0);
    this.square = paired || setting.symmetric();
    this.fixed = fixedBytes(setting);
    this.cost = new TileCost(options.memory().model(), new Predictor(options.rates()));
    this.slabBytes = slabBytes;
  }

  /// Bytes of the inputs and the result, which no tiles make smaller.
  static long fixedBytes(KernelSetting setting) {
    return TileCost.bytes(setting.inputs().all().stream().map(Var::aval).toList())
        + TileCost.bytes(
            TileBlock.of(setting).stream().map(b -> new Aval(b.dtype(), b.shape())).toList());
  }

  /// The fastest tiles found within the limit; if there are none, the smallest tiles. Where they
  /// take much longer than the kernel at once, gradients of examples may be too large to keep: then
  /// tiles that are larger, since they make gradients again, slab by slab, may be faster.
  TiledKernel best() {
    TiledKernel keeping = bestOfThis();
    if (fits(keeping) && keeping.plan().seconds() <= WORTH * once.seconds()) {
      return keeping;
    }
    TileSearch leaner = lean();
    if (leaner.of(keeping.plan().sizes()).sideBytes() > LESS * keeping.sideBytes()) {
      return keeping;
    }
    TiledKernel lean = leaner.bestOfThis();
    boolean better =
        fits(lean)
            ? !fits(keeping) || lean.plan().seconds() < keeping.plan().seconds()
            : !fits(keeping) && lean.plan().peakBytes() < keeping.plan().peakBytes();
    return better ? lean : keeping;
  }

  /// The same search for tiles that keep no gradients.
  private TileSearch lean() {
    OptionalLong slabs = OptionalLong.of(Math.max(1, (limit - fixed) / SLABS));
    return new TileSearch(options, setting, implementation, first, second, limit, once, slabs);
  }

  private TiledKernel bestOfThis() {
    List<TiledKernel> found = new ArrayList<>(fitting(1).stream().toList());
    boolean again = found.stream().noneMatch(k -> k.plan().columnsKept());
    if (!square && again) {
      fitting(TALL).ifPresent(found::add);
    }
    return found.stream()
        .min(Comparator.comparingDouble(k -> k.plan().seconds()))
        .orElseGet(this::byOutputs);
  }

  /// The largest tiles that fit whose rows are `ratio` times as many as their columns.
  private Optional<TiledKernel> fitting(long ratio) {
    long size = Math.max(first.examples(), second.examples());
    long tooLarge = size + 1;
    while (size >= 1) {
      TiledKernel kernel = of(sizes(size, ratio));
      if (fits(kernel)) {
        return Optional.of(larger(kernel, size, tooLarge, ratio));
      }
      tooLarge = size;
      size = Math.min(size - 1, (long) (size * shrink(kernel.plan().peakBytes())));
      size = size == 0 && tooLarge > 1 ? 1 : size;
    }
    return Optional.empty();
  }

  /// By how much tiles must shrink, if memory beside inputs and result goes with their size; a step
  /// is neither timid nor wild.
  private double shrink(long peak) {
    double guess = (double) (limit - fixed) / Math.max(1, peak - fixed);
    return Math.clamp(guess, 0.1, 0.8);
  }

  /// Halfway to what was too large, until it hardly pays.
  private TiledKernel larger(TiledKernel fitting, long size, long tooLarge, long ratio) {
    TiledKernel best = fitting;
    long low = size;
    long high = tooLarge;
    while (high > 1.3 * low && high - low > 1 && best.plan().seconds() > WORTH * once.seconds()) {
      long middle = Math.clamp(Math.round(Math.sqrt((double) low * high)), low + 1, high - 1);
      TiledKernel kernel = of(sizes(middle, ratio));
      if (fits(kernel)) {
        low = middle;
        best = kernel.plan().seconds() < best.plan().seconds() ? kernel : best;
      } else {
        high = middle;
      }
    }
    return best;
  }

  private boolean fits(TiledKernel kernel) {
    return kernel.plan().peakBytes() <= limit;
  }

  /// Tiles of about `size` examples, as even as they can be.
  private TileSizes sizes(long size, long ratio) {
    long rows = even(first.examples(), size);
    return TileSizes.of(rows, square ? rows : even(second.examples(), Math.max(1, size / ratio)));
  }

  private static long even(long all, long size) {
    long tiles = Math.ceilDiv(all, Math.min(all, size));
    return Math.ceilDiv(all, tiles);
  }

  /// One example by one, and as many elements of the longest output axis as fit.
  private TiledKernel byOutputs() {
    TiledKernel smallest = of(TileSizes.of(1, 1));
    Optional<CutAxis> axis = cutAxis();
    for (long size = axis.map(CutAxis::size).orElse(1L); size > 1; ) {
      size = smaller(axis.orElseThrow(), size);
      smallest = of(new TileSizes(1, 1, OptionalLong.of(size)));
      if (fits(smallest)) {
        return smallest;
      }
    }
    return smallest;
  }

  /// The next smaller number of elements; for a traced axis one that divides it.
  private static long smaller(CutAxis axis, long size) {
    long next = Math.ceilDiv(size, 2);
    while (axis.traced() && axis.size() % next != 0) {
      next--;
    }
    return next;
  }

  /// The longest axis of the one output that a kernel is asked of, if there is one.
  private Optional<CutAxis> cutAxis() {
    List<KernelEntry> entries = new ArrayList<>(setting.problem().entries());
    entries.addAll(setting.nngp());
    if (entries.stream().distinct().count() != 1) {
      return Optional.empty();
    }
    KernelEntry entry = entries.getFirst();
    int longest = 0;
    for (int axis = 1; axis < setting.firstAval(entry).rank(); axis++) {
      boolean longer = longest == 0 || size(entry, axis) > size(entry, longest);
      boolean same = size(entry, axis) == setting.secondAval(entry).dim(axis);
      longest = longer && same ? axis : longest;
    }
    return longest == 0 || size(entry, longest) < 2
        ? Optional.empty()
        : Optional.of(
            new CutAxis(
                entry.first(),
                longest,
                size(entry, longest),
                entry.axes().unifies(longest),
                entry.axes().trace().contains(longest)));
  }

  private long size(KernelEntry entry, int axis) {
    return setting.firstAval(entry).dim(axis);
  }

  /// The kernel in tiles of these sizes, or of all there is if that is less.
  TiledKernel forced(TileSizes wanted) {
    long rows = Math.min(wanted.rows(), first.examples());
    Optional<CutAxis> axis = wanted.outputs().isPresent() ? cutAxis() : Optional.empty();
    if (axis.isEmpty()) {
      return of(TileSizes.of(rows, columns(wanted, rows)));
    }
    long outputs = Math.min(wanted.outputs().getAsLong(), axis.get().size());
    while (axis.get().traced() && axis.get().size() % outputs != 0) {
      outputs--;
    }
    return of(new TileSizes(rows, columns(wanted, rows), OptionalLong.of(outputs)));
  }

  private long columns(TileSizes wanted, long rows) {
    return square ? rows : Math.min(wanted.columns(), second.examples());
  }

  /// The kernel in tiles of these sizes.
  private TiledKernel of(TileSizes sizes) {
    return known.computeIfAbsent(sizes, this::made);
  }

  private TiledKernel made(TileSizes sizes) {
    Optional<CutAxis> cut = sizes.outputs().isPresent() ? cutAxis() : Optional.empty();
    TileGrid grid =
        new TileGrid(sizes, first.examples(), second.examples(), paired, cut, setting.symmetric());
    TileNetwork.Side one = first.of(sizes.rows(), grid.chunk());
    TileNetwork.Side two = second.of(sizes.columns(), grid.chunk());
    // Both sides have inputs of one kind.
    if (one.numbered() != two.numbered()) {
      one = first.numbered(sizes.rows(), grid.chunk());
      two = second.numbered(sizes.columns(), grid.chunk());
    }
    KernelProblem whole = setting.problem();
    KernelProblem problem =
        new KernelProblem(
            one.program(),
            Optional.of(two.program()),
            whole.names(),
            whole.active(),
            whole.entries().stream().map(TileBlock::ofTile).toList(),
            whole.perParameter());
    KernelSetting tile =
        new KernelSetting(
            problem,
            setting.nngp().stream().map(TileBlock::ofTile).toList(),
            Optional.of(one.single()),
            Optional.of(two.single()),
            setting.forwardMode());
    StructureOptions structure =
        slabBytes.isPresent()
            ? options.structure().withGradientBytes(slabBytes.getAsLong())
            : options.structure();
    Program program = Emission.of(implementation, tile, structure).program();
    int parameters = whole.parameters();
    TilePrograms programs =
        TilePrograms.of(
            program,
            parameters,
            setting.symmetric(),
            slabBytes.isPresent(),
            TileBlock.of(tile),
            one,
            two);
    TilePlan plan = cost.plan(programs, grid, parameters, fixed, limit, once.peakBytes());
    return new TiledKernel(plan, programs, grid, blocks, parameters, fixed);
  }
}
