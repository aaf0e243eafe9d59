package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.cuda.text.NestMapping.Tiles;
import org.ntk4j.ir.schedule.Expr.Load;

/// Blocks of 32 x 8 threads for tiles of 32 x 32 iterations: loads are transposed on the way.
final class TilesKernel extends NestKernel {
  private static final int SIZE = NestTiles.SIZE;
  private static final int ROWS = NestPlanner.BLOCK / SIZE;

  private final Tiles mapping;
  private final List<Integer> others;

  TilesKernel(NestPlan plan, Tiles mapping) {
    super(plan);
    this.mapping = mapping;
    this.others = new ArrayList<>(plan.outputs());
    others.remove((Integer) mapping.across());
    others.remove((Integer) mapping.along());
  }

  @Override
  String how() {
    return "tiles of i" + mapping.across() + ", i" + mapping.along() + " are transposed";
  }

  private static long tiles(long extent) {
    return (extent + SIZE - 1) / SIZE;
  }

  @Override
  Launch launch() {
    long blocks = tiles(extent(mapping.across())) * tiles(extent(mapping.along()));
    return new Launch(blocks * plan.count(others), 1, 1, SIZE, ROWS, 0);
  }

  @Override
  void body() {
    int across = mapping.across();
    int along = mapping.along();
    place();
    List<String> arrays = new ArrayList<>();
    for (Load load : mapping.staged()) {
      String array = code.fresh("shared");
      String size = "[" + SIZE + "][" + (SIZE + 1) + "]";
      code.line("__shared__ " + NestTypes.of(load.dtype()) + " " + array + size + ";");
      arrays.add(array);
    }
    elements(
        across,
        "across",
        along,
        "along",
        () -> {
          for (int k = 0; k < arrays.size(); k++) {
            Load load = mapping.staged().get(k);
            String element = values.element(load.slot(), load.at());
            code.line(arrays.get(k) + "[row][threadIdx.x] = " + element + ";");
          }
        });
    code.line("__syncthreads();");
    elements(
        along,
        "along",
        across,
        "across",
        () -> {
          for (int k = 0; k < arrays.size(); k++) {
            code.know(mapping.staged().get(k), arrays.get(k) + "[threadIdx.x][row]");
          }
          stores.visit();
        });
  }

  /// Defines where the block's tile starts, and the variables of the other loops.
  private void place() {
    String tilesAlong = unsigned(tiles(extent(mapping.along())));
    String tilesAcross = unsigned(tiles(extent(mapping.across())));
    code.line("const " + width.unsigned() + " tile = blockIdx.x;");
    code.line("const " + width.type() + " along = tile % " + tilesAlong + " * " + SIZE + ";");
    String number = "tile / " + tilesAlong;
    String row = others.isEmpty() ? number : number + " % " + tilesAcross;
    code.line("const " + width.type() + " across = " + row + " * " + SIZE + ";");
    if (!others.isEmpty()) {
      String rest = number + " / " + tilesAcross;
      code.line("const " + width.unsigned() + " rest = " + rest + ";");
    }
    place("rest", others);
  }

  /// Goes through the elements of a tile, neighbouring threads along `fast`.
  private void elements(int fast, String fastStart, int slow, String slowStart, Runnable body) {
    String type = width.type();
    code.block(
        "for (int row = threadIdx.y; row < " + SIZE + "; row += " + ROWS + ")",
        () -> {
          code.line("const " + type + " i" + fast + " = " + fastStart + " + threadIdx.x;");
          code.line("const " + type + " i" + slow + " = " + slowStart + " + row;");
          String in = inside(fast) + " && " + inside(slow);
          code.block(
              "if (" + in + ")",
              () -> {
                code.variable(fast, "i" + fast);
                code.variable(slow, "i" + slow);
                body.run();
              });
        });
  }

  private String inside(int loop) {
    return "i" + loop + " < " + extent(loop);
  }
}
