package org.ntk4j.cuda.text;

/// Products one by one: each thread has some rows and some columns of the tile. Where a tile is
/// small, several groups of threads have the same, and different summands.
final class ScalarTile implements TileProduct {
  private final Contraction sum;
  private final Tiling tiling;
  private final String type;
  private final int rows;
  private final int columns;
  private final int across;
  private final int down;
  private final int slices;

  ScalarTile(Contraction sum, Tiling tiling) {
    this.sum = sum;
    this.tiling = tiling;
    this.type = sum.elementType();
    this.rows = tiling.threadRows();
    this.columns = tiling.threadColumns();
    this.down = tiling.rows() / rows;
    this.across = tiling.columns() / columns;
    this.slices = tiling.slices();
  }

  @Override
  public String wordType() {
    return type;
  }

  @Override
  public int words() {
    int sums = slices > 1 ? slices * tiling.rows() * tiling.columns() : 0;
    return Math.max(2 * TileProduct.stage(tiling), sums);
  }

  @Override
  public void declare(Source to) {
    to.line("const int tx = tid %% %d;", across);
    to.line("const int ty = tid / %d %% %d;", across, down);
    if (slices > 1) {
      to.line("const int slice = tid / %d;", across * down);
    }
    to.line("%s sum[%d][%d] = {};", type, rows, columns);
  }

  /// Neighbours that are read at once.
  private int width(int perThread) {
    return Math.min(perThread, 16 / sum.dtype().sizeBytes());
  }

  @Override
  public void multiply(Source to) {
    to.unrolled("q", tiling.inner() / slices);
    to.line("const int k = %s;", slices > 1 ? "q * " + slices + " + slice" : "q");
    read(to, "fa", rows, down, "ty", "", tiling.pitch(tiling.rows()));
    int base = TileLoad.words(tiling.rows(), tiling);
    read(to, "fb", columns, across, "tx", base + " + ", tiling.pitch(tiling.columns()));
    to.unrolled("r", rows);
    to.unrolled("e", columns);
    to.line("sum[r][e] = %s;", sum.multiplyAdd("fa[r]", "fb[e]", "sum[r][e]"));
    to.close().close().close();
  }

  private void read(
      Source to, String name, int count, int threads, String own, String base, int pitch) {
    int width = width(count);
    to.line("%s %s[%d];", type, name, count);
    to.unrolled("r", count / width);
    to.line(
        "ntk_tile_read<%d>(now + %sk * %d + r * %d + %s * %d, %s + r * %d);",
        width, base, pitch, threads * width, own, width, name, width);
    to.close();
  }

  /// The row or column of the tile that a thread's `r`-th is.
  private String of(String r, int count, int threads, String own) {
    int width = width(count);
    return "%s / %d * %d + %s * %d + %s %% %d"
        .formatted(r, width, threads * width, own, width, r, width);
  }

  @Override
  public void finish(Source to, TileStore store) {
    if (slices > 1) {
      addSlices(to);
      finishAdded(to, store);
      return;
    }
    to.unrolled("r", rows);
    to.line("const %s i = i0 + %s;", sum.typeOf(sum.c()), of("r", rows, down, "ty"));
    store.checkRow(to);
    int width = width(columns);
    int written = store.isWide(width) ? width : 1;
    to.unrolled("q", columns / written);
    String from = written == 1 ? "q" : "(q * " + written + ")";
    to.line("const %s j = j0 + %s;", sum.typeOf(sum.c()), of(from, columns, across, "tx"));
    if (written > 1) {
      to.line("%s values[%d];", type, written);
      to.unrolled("e", written);
      to.line("values[e] = sum[r][q * %d + e];", written);
      to.close();
      store.wide(to, "values", written);
    } else {
      store.element(to, "sum[r][q]");
    }
    to.close().close();
  }

  /// The sums of all slices, pair by pair, in shared memory.
  private void addSlices(Source to) {
    int tile = tiling.rows() * tiling.columns();
    to.unrolled("r", rows);
    to.unrolled("q", columns);
    to.line("const int m = %s;", of("r", rows, down, "ty"));
    to.line("const int n = %s;", of("q", columns, across, "tx"));
    to.line("s[(slice * %d + m) * %d + n] = sum[r][q];", tiling.rows(), tiling.columns());
    to.close().close();
    to.line("__syncthreads();");
    to.open("for (int half = %d; half > 0; half /= 2)", slices / 2);
    to.open("for (int e = tid; e < half * %d; e += %d)", tile, tiling.threads());
    to.line("s[e] += s[half * %d + e];", tile);
    to.close();
    to.line("__syncthreads();");
    to.close();
  }

  private void finishAdded(Source to, TileStore store) {
    int tile = tiling.rows() * tiling.columns();
    to.open("for (int e = tid; e < %d; e += %d)", tile, tiling.threads());
    to.line("const %s i = i0 + e / %d;", sum.typeOf(sum.c()), tiling.columns());
    to.line("const %s j = j0 + e %% %d;", sum.typeOf(sum.c()), tiling.columns());
    store.checkRow(to);
    store.element(to, "s[e]");
    to.close();
  }
}
