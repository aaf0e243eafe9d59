package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;

/// How sums become elements of the result: at once, or as one of the parts of a sum, which
/// [JoinText] adds.
final class TileStore {
  private final Contraction sum;
  private final Tiling tiling;
  private final boolean partial;

  TileStore(Contraction sum, Tiling tiling) {
    this.sum = sum;
    this.tiling = tiling;
    this.partial = tiling.parts() > 1;
  }

  /// The parameters that are written to.
  String parameters() {
    return partial ? sum.elementType() + "* __restrict__ c" : sum.results();
  }

  /// What is the same for all elements.
  void declare(Source to) {
    if (partial) {
      to.line(
          "c += (part * %s + z) * %s;",
          IndexText.number(sum.batchCount()) + "LL",
          IndexText.number(Math.multiplyExact(sum.rowCount(), sum.columnCount())));
    } else if (sum.epilogue().isEmpty()) {
      move(to, "c", batchOffset(sum.c(), sum));
    }
    if (isWide(2)) {
      to.line("const bool cWide = ((unsigned long long)c & 15) == 0;");
    }
  }

  /// Moves a pointer on.
  static void move(Source to, String pointer, String offset) {
    if (!offset.equals("0")) {
      to.line("%s += %s;", pointer, offset);
    }
  }

  /// What the batch contributes to the place of an element, its constant included.
  static String batchOffset(Place place, Contraction sum) {
    List<String> parts = new ArrayList<>(List.of(IndexText.number(place.offset())));
    for (Place.Along a : place.along()) {
      if (sum.isBatch(a.axis())) {
        parts.add(IndexText.longDigits(a.axis().name(), a.digits()));
      }
    }
    return IndexText.sum(parts);
  }

  /// Whether `width` neighbours along the columns can be written at once.
  boolean isWide(int width) {
    boolean contiguous =
        partial
            ? sum.columnCount() % width == 0
            : sum.epilogue().isEmpty() && sum.c().isContiguous(sum.columns(), width);
    return width > 1 && contiguous && !sum.symmetric();
  }

  /// Goes on with the next row, in a loop, if there is no row `i`, a variable.
  void checkRow(Source to) {
    if (sum.rowCount() % tiling.rows() == 0) {
      return;
    }
    to.line("if (i >= %s) continue;", IndexText.number(sum.rowCount()));
  }

  /// Writes `value` to row `i` and column `j`, both variables, if they exist.
  void element(Source to, String value) {
    String inside = columnCheck();
    if (sum.symmetric()) {
      inside += (inside.isEmpty() ? "" : " && ") + "i <= j";
    }
    if (!inside.isEmpty()) {
      to.open("if (%s)", inside);
    }
    if (partial) {
      to.line("c[i * %s + j] = %s;", IndexText.number(sum.columnCount()), value);
    } else if (sum.epilogue().isPresent()) {
      to.line("const %s value = %s;", sum.elementType(), sum.scaled(value));
      epilogue(to, sum.epilogue().get());
    } else {
      to.line("const %s value = %s;", sum.elementType(), sum.scaled(value));
      place(to, sum.c());
      to.line("c[at] = value;");
      if (sum.symmetric()) {
        to.open("if (i < j)");
        place(to, sum.mirrored());
        to.line("c[at] = value;");
        to.close();
      }
    }
    if (!inside.isEmpty()) {
      to.close();
    }
  }

  /// Both of a pair of mirror images go through the same instructions: what they give has the same
  /// bits if it is the same.
  private void epilogue(Source to, EpilogueText epilogue) {
    if (!sum.symmetric()) {
      to.open("");
      epilogue.print(to, sum, "value");
      to.close();
      return;
    }
    String type = sum.typeOf(sum.c());
    to.line("#pragma unroll 1");
    to.open("for (int image = 0; image < (i < j ? 2 : 1); image++)");
    to.line("const %s row = image == 0 ? i : j;", type);
    to.line("const %s column = image == 0 ? j : i;", type);
    epilogue.print(to, sum, "value", "row", "column");
    to.close();
  }

  /// Writes neighbours from column `j` on: those of the array `values`.
  void wide(Source to, String values, int width) {
    String inside = columnCheck();
    if (inside.isEmpty()) {
      to.open("");
    } else {
      to.open("if (%s)", inside);
    }
    if (partial) {
      to.line("const %s at = i * %s + j;", type(), IndexText.number(sum.columnCount()));
    } else {
      place(to, sum.c());
      if (sum.alpha() != 1) {
        to.unrolled("e", width);
        to.line("%s[e] = %s;", values, sum.scaled(values + "[e]"));
        to.close();
      }
    }
    to.line("ntk_tile_store(c + at, cWide, %s);", values);
    to.close();
  }

  private String type() {
    return partial ? "long long" : sum.typeOf(sum.c());
  }

  private String columnCheck() {
    return sum.columnCount() % tiling.columns() == 0
        ? ""
        : "j < " + IndexText.number(sum.columnCount());
  }

  private void place(Source to, Place place) {
    IndexText.decode(to, sum.typeOf(sum.c()), sum.rows(), "i");
    IndexText.decode(to, sum.typeOf(sum.c()), sum.columns(), "j");
    String at = IndexText.offset(to, sum.typeOf(sum.c()), "c", place, axis -> !sum.isBatch(axis));
    to.line("const %s at = %s;", sum.typeOf(sum.c()), at);
  }
}
