package org.ntk4j.cuda.text;

/// Products on tensor cores, 16 by 8 by 8 words at a time: lane `4 g + t` of a warp has words `t`
/// and `t + 4` of rows `g` and `g + 8` of the left factor, and of column `g` of the right; and of
/// the result columns `2 t` and `2 t + 1` of rows `g` and `g + 8`.
final class TensorTile implements TileProduct {
  private static final int ROWS = 16;
  private static final int COLUMNS = 8;
  private static final int WORDS = 8;
  private static final int WARP_ROWS = 2;

  private final String type;
  private final String sumType;
  private final Tiling tiling;
  private final int warpRows;
  private final int warpColumns;
  private final int down;
  private final int across;
  private final int steps;

  TensorTile(Contraction sum, Tiling tiling) {
    this.type = sum.typeOf(sum.c());
    this.sumType = sum.elementType();
    this.tiling = tiling;
    this.warpRows = tiling.rows() / WARP_ROWS;
    this.warpColumns = tiling.columns() / tiling.warpColumns();
    this.down = warpRows / ROWS;
    this.across = warpColumns / COLUMNS;
    this.steps = tiling.inner() / tiling.perWord() / WORDS;
  }

  @Override
  public String wordType() {
    return switch (tiling.kind()) {
      case TF32, BF16 -> "unsigned";
      case TF32X3 -> "float";
      case FLOAT64 -> "double";
      case SCALAR -> throw new IllegalStateException("bug: no tensor cores for " + tiling);
    };
  }

  @Override
  public int words() {
    return 2 * TileProduct.stage(tiling);
  }

  @Override
  public void declare(Source to) {
    to.line("const int g = tid % 32 / 4;");
    to.line("const int t = tid % 4;");
    to.line("const int wm = tid / 32 / %d * %d;", tiling.warpColumns(), warpRows);
    to.line("const int wn = tid / 32 %% %d * %d;", tiling.warpColumns(), warpColumns);
    to.line("%s sum[%d][%d][4] = {};", sumType, down, across);
  }

  @Override
  public void multiply(Source to) {
    switch (tiling.kind()) {
      case TF32 -> multiply(to, "ntk_mma_tf32");
      case BF16 -> multiply(to, "ntk_mma_bf16");
      case FLOAT64 -> multiply(to, "ntk_mma_f64");
      case TF32X3 -> {
        to.open("if (!plain)");
        multiplySplit(to);
        to.close().open("else");
        multiplyPlain(to);
        to.close();
      }
      case SCALAR -> throw new IllegalStateException("bug: no tensor cores for " + tiling);
    }
  }

  private void multiply(Source to, String function) {
    to.unrolled("q", steps);
    to.line("%s fa[%d][4], fb[%d][2];", wordType(), down, across);
    to.unrolled("m", down);
    for (int e = 0; e < 4; e++) {
      to.line("fa[m][%d] = now[%s];", e, left(e));
    }
    to.close();
    to.unrolled("n", across);
    for (int e = 0; e < 2; e++) {
      to.line("fb[n][%d] = now[%s];", e, right(e));
    }
    to.close();
    to.unrolled("m", down).unrolled("n", across);
    to.line("%s(sum[m][n], fa[m], fb[n]);", function);
    to.close().close().close();
  }

  /// Sums of a tile are added to those before by `f32` additions: tensor cores cut sums off, which
  /// would be seen after many.
  private void multiplySplit(Source to) {
    to.line("unsigned fb[%d][%d][2], fbRest[%d][%d][2];", across, steps, across, steps);
    to.unrolled("n", across).unrolled("q", steps);
    for (int e = 0; e < 2; e++) {
      to.line("ntk_split(now[%s], fb[n][q][%d], fbRest[n][q][%d]);", right(e), e, e);
    }
    to.close().close();
    to.unrolled("m", down);
    to.line("unsigned fa[%d][4], faRest[%d][4];", steps, steps);
    to.unrolled("q", steps);
    for (int e = 0; e < 4; e++) {
      to.line("ntk_split(now[%s], fa[q][%d], faRest[q][%d]);", left(e), e, e);
    }
    to.close();
    to.unrolled("n", across);
    to.line("float part[4] = {};");
    to.unrolled("q", steps);
    to.line("ntk_mma_tf32(part, faRest[q], fb[n][q]);");
    to.line("ntk_mma_tf32(part, fa[q], fbRest[n][q]);");
    to.close();
    to.unrolled("q", steps);
    to.line("ntk_mma_tf32(part, fa[q], fb[n][q]);");
    to.close();
    to.unrolled("e", 4);
    to.line("sum[m][n][e] += part[e];");
    to.close().close().close();
  }

  /// Without tensor cores, in `f32`.
  private void multiplyPlain(Source to) {
    to.line("#pragma unroll 1");
    to.open("for (int k = 0; k < %d; k++)", tiling.inner());
    to.line("float xb[%d];", 2 * across);
    to.unrolled("j", 2 * across);
    to.line("xb[j] = now[%s];", right("k", "wn + j / 2 * 8 + t * 2 + j % 2"));
    to.close();
    to.unrolled("i", 2 * down);
    to.line("const float xa = now[%s];", left("k", "wm + i * 8 + g"));
    to.unrolled("j", 2 * across);
    to.line("float& to = sum[i / 2][j / 2][i % 2 * 2 + j % 2];");
    to.line("to = fmaf(xa, xb[j], to);");
    to.close().close().close();
  }

  /// An infinite number, and one that is rounded to infinity, has no halves: where a sum is not
  /// finite, the whole tile is computed again.
  @Override
  public void sum(Source to, Runnable steps) {
    if (tiling.kind() != Tiling.Kind.TF32X3) {
      steps.run();
      return;
    }
    to.open("for (bool plain = false;; plain = true)");
    steps.run();
    to.line("bool finite = true;");
    unrolledSums(to, "finite = finite && sum[m][n][e] - sum[m][n][e] == 0;");
    to.line("if (plain || !__syncthreads_or(!finite)) break;");
    unrolledSums(to, "sum[m][n][e] = 0;");
    to.close();
  }

  private void unrolledSums(Source to, String line) {
    to.unrolled("m", down).unrolled("n", across).unrolled("e", 4);
    to.line(line);
    to.close().close().close();
  }

  private String left(String k, String m) {
    return TileLoad.index(tiling, 0, tiling.rows(), k, m);
  }

  private String right(String k, String n) {
    int base = TileLoad.words(tiling.rows(), tiling);
    return TileLoad.index(tiling, base, tiling.columns(), k, n);
  }

  private String left(int e) {
    String k = "q * 8 + t" + (e >= 2 ? " + 4" : "");
    String m = "wm + m * 16 + g" + (e % 2 == 1 ? " + 8" : "");
    return left(k, m);
  }

  private String right(int e) {
    String k = "q * 8 + t" + (e == 1 ? " + 4" : "");
    return right(k, "wn + n * 8 + g");
  }

  @Override
  public void finish(Source to, TileStore store) {
    to.unrolled("r", 2 * down);
    to.line("const int m = r / 2;");
    to.line("const int h = r % 2;");
    to.line("const %s i = i0 + wm + m * 16 + h * 8 + g;", type);
    store.checkRow(to);
    boolean wide = store.isWide(2);
    to.unrolled("n", across);
    if (wide) {
      to.line("const %s j = j0 + wn + n * 8 + t * 2;", type);
      to.line("%s values[2] = {sum[m][n][h * 2], sum[m][n][h * 2 + 1]};", sumType);
      store.wide(to, "values", 2);
    } else {
      to.unrolled("e", 2);
      to.line("const %s j = j0 + wn + n * 8 + t * 2 + e;", type);
      store.element(to, "sum[m][n][h * 2 + e]");
      to.close();
    }
    to.close().close();
  }
}
