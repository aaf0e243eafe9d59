package org.ntk4j.cuda.text;

import java.util.List;

/// A contraction by tiles: while one pair of tiles is multiplied, the next is loaded.
final class TileText {
  /// Shared memory that a kernel may declare.
  private static final int SHARED_MAX = 48 << 10;

  /// Rows of tiles that are walked through together, so that their factors stay in the cache.
  private static final int TOGETHER = 8;

  private final Contraction sum;
  private final Tiling tiling;
  private final String name;
  private final TileProduct product;
  private final TileStore store;
  private final TileLoad left;
  private final TileLoad right;

  private TileText(Contraction sum, Tiling tiling, String name) {
    this.sum = sum;
    this.tiling = tiling;
    this.name = name;
    this.product = TileProduct.of(sum, tiling);
    this.store = new TileStore(sum, tiling);
    int rows = tiling.rows();
    this.left =
        new TileLoad(new TileLoad.Factor("a", sum.a(), sum.rows(), "i", rows, 0), sum, tiling);
    this.right =
        new TileLoad(
            new TileLoad.Factor(
                "b", sum.b(), sum.columns(), "j", tiling.columns(), TileLoad.words(rows, tiling)),
            sum,
            tiling);
  }

  static StepCode of(Contraction sum, Tiling tiling, String name) {
    return plan(sum, tiling).print(name);
  }

  static StepPlan plan(Contraction sum, Tiling tiling) {
    if (tiling.parts() == 1) {
      return new StepPlan(1, 0, name -> List.of(tiles(sum, tiling, name, sum.resultSlots())));
    }
    return new StepPlan(
        2,
        sum.size() * tiling.parts() * sum.dtype().sizeBytes(),
        name ->
            List.of(
                tiles(sum, tiling, name, List.of(StepCode.SCRATCH)),
                JoinText.of(sum, tiling.parts(), name + "_join")));
  }

  /// @param results the slots that tiles are written to
  private static KernelText tiles(
      Contraction sum, Tiling tiling, String name, List<Integer> results) {
    return new KernelText(
        name,
        new TileText(sum, tiling, name).text(),
        Launch.of(tiling.grid(sum), tiling.threads()),
        sum.slotsWith(results));
  }

  private String text() {
    int bytes = product.words() * sum.dtype().sizeBytes();
    if (bytes > SHARED_MAX) {
      throw new IllegalStateException(
          "bug: %d bytes of shared memory: %s".formatted(bytes, tiling));
    }
    Source to = new Source();
    to.line(
        "// %d x %d x %d, %d of them, in tiles of %d x %d x %d; sums in %d parts.",
        sum.rowCount(),
        sum.columnCount(),
        sum.innerCount(),
        sum.batchCount(),
        tiling.rows(),
        tiling.columns(),
        tiling.inner(),
        tiling.parts());
    String type = sum.elementType();
    to.line("extern \"C\" __global__ void __launch_bounds__(%d)", tiling.threads());
    to.open(
        "    %s(const %s* __restrict__ a, const %s* __restrict__ b, %s)",
        name, type, type, store.parameters());
    to.line("__shared__ __align__(16) %s s[%d];", product.wordType(), product.words());
    to.line("const int tid = threadIdx.x;");
    place(to);
    product.declare(to);
    left.declare(to);
    right.declare(to);
    product.sum(to, () -> steps(to));
    product.finish(to, store);
    return to.close().toString();
  }

  /// Which tile, which part of its sum, and which matrix this block has.
  private void place(Source to) {
    long tiles = tiling.tiles(sum);
    to.line("const int tile = blockIdx.x %% %d;", tiles);
    to.line("const int part = blockIdx.x / %d %% %d;", tiles, tiling.parts());
    to.line("const int z = blockIdx.x / %d;", tiles * tiling.parts());
    if (sum.symmetric()) {
      upperTile(to);
    } else {
      anyTile(to);
    }
    String type = sum.indexType();
    to.line("const %s i0 = rowTile * %s;", type, factor(tiling.rows()));
    to.line("const %s j0 = columnTile * %s;", type, factor(tiling.columns()));
    IndexText.decode(to, "int", sum.batch(), "z");
    TileStore.move(to, "a", TileStore.batchOffset(sum.a(), sum));
    TileStore.move(to, "b", TileStore.batchOffset(sum.b(), sum));
    store.declare(to);
  }

  /// Upper tiles are numbered column by column.
  private void upperTile(Source to) {
    to.line("int columnTile = (int)((sqrt(8.0 * tile + 1) - 1) / 2);");
    to.line("while ((columnTile + 1LL) * (columnTile + 2LL) / 2 <= tile) columnTile++;");
    to.line("while (columnTile * (columnTile + 1LL) / 2 > tile) columnTile--;");
    to.line("const int rowTile = (int)(tile - columnTile * (columnTile + 1LL) / 2);");
  }

  private void anyTile(Source to) {
    long rows = tiling.rowTiles(sum);
    long columns = tiling.columnTiles(sum);
    if (rows <= TOGETHER || columns <= TOGETHER) {
      to.line("const int rowTile = tile %% %d;", rows);
      to.line("const int columnTile = tile / %d;", rows);
      return;
    }
    to.line("const int first = tile / %d * %d;", TOGETHER * columns, TOGETHER);
    long rest = rows % TOGETHER;
    if (rest == 0) {
      to.line("const int height = %d;", TOGETHER);
    } else {
      to.line("const int height = first + %d <= %d ? %d : %d;", TOGETHER, rows, TOGETHER, rest);
    }
    to.line("const int rowTile = first + tile %% %d %% height;", TOGETHER * columns);
    to.line("const int columnTile = tile %% %d / height;", TOGETHER * columns);
  }

  /// A factor that makes a product of the type of indices.
  private String factor(long n) {
    return sum.indexType().equals("int") ? Long.toString(n) : n + "LL";
  }

  private void steps(Source to) {
    int stage = TileProduct.stage(tiling);
    String type = sum.indexType();
    to.open("for (int step = -1; step < %d; step++)", tiling.steps());
    to.open("if (step + 1 < %d)", tiling.steps());
    to.line(
        "const %s k0 = part * %s + (step + 1) * %s;",
        type, factor(tiling.perPart()), factor(tiling.inner()));
    left.load(to);
    right.load(to);
    to.close();
    to.open("if (step >= 0)");
    to.line("const %s* const now = s + (step & 1) * %d;", product.wordType(), stage);
    product.multiply(to);
    to.close();
    to.open("if (step + 1 < %d)", tiling.steps());
    to.line("%s* const next = s + (step + 1 & 1) * %d;", product.wordType(), stage);
    left.store(to);
    right.store(to);
    to.close();
    to.line("__syncthreads();");
    to.close();
  }
}
