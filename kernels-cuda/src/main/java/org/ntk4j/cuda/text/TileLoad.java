package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;

/// How the threads of a block bring a tile of a factor to shared memory: each loads units into
/// registers while the tile before is multiplied, then stores them.
///
/// A unit is one element, or as many as 16 bytes hold, along the axis on which neighbours are
/// neighbours in memory; of pairs that share a word both are in one unit.
final class TileLoad {
  private final String name;
  private final Contraction sum;
  private final Tiling tiling;
  private final Place place;
  private final List<Axis> outer;
  private final String outerIndex;
  private final int size;

  /// Offset of the tile in one stage of the shared memory.
  private final int base;

  /// Whether neighbouring threads load neighbours of the sum.
  private final boolean alongInner;

  private final int width;
  private final int unitInner;
  private final int unitOuter;
  private final int units;
  private final int count;

  /// What is loaded.
  ///
  /// @param name `a` or `b`
  /// @param outerIndex `i` or `j`
  /// @param size rows or columns of a tile
  /// @param base offset of the tile in a stage of the shared memory
  record Factor(
      String name, Place place, List<Axis> outer, String outerIndex, int size, int base) {}

  TileLoad(Factor factor, Contraction sum, Tiling tiling) {
    this.name = factor.name();
    this.sum = sum;
    this.tiling = tiling;
    this.place = factor.place();
    this.outer = factor.outer();
    this.outerIndex = factor.outerIndex();
    this.size = factor.size();
    this.base = factor.base();
    int wide = 16 / sum.dtype().sizeBytes();
    boolean innerWide = place.isContiguous(sum.inner(), wide);
    boolean outerWide = size >= wide && place.isContiguous(outer, wide);
    this.alongInner = !outerWide && (innerWide || isCloserAlongInner());
    this.width = innerWide || outerWide ? wide : 1;
    this.unitInner = alongInner ? Math.max(width, tiling.perWord()) : tiling.perWord();
    this.unitOuter = alongInner ? 1 : width;
    this.units = tiling.inner() / unitInner * (size / unitOuter);
    this.count = Math.ceilDiv(units, tiling.threads());
  }

  private boolean isCloserAlongInner() {
    long inner = Math.abs(place.step(sum.inner()));
    long other = Math.abs(place.step(outer));
    return sum.innerCount() > 1 && inner > 0 && (other == 0 || inner < other);
  }

  /// Words of one stage.
  static int words(int size, Tiling tiling) {
    return tiling.inner() / tiling.perWord() * tiling.pitch(size);
  }

  /// Loads that one unit takes: two neighbours of a sum that are not one in memory.
  private int loads() {
    return unitInner / (alongInner ? width : 1);
  }

  /// What does not change from tile to tile.
  void declare(Source to) {
    String type = sum.typeOf(place);
    to.line("%s %sAt[%d];", type, name, count);
    to.line("bool %sIn[%d];", name, count);
    for (int c : checks()) {
      to.line("%s %sIndex%d[%d];", type, name, c, count);
    }
    to.line("%s %sNext[%d][%d][%d];", sum.elementType(), name, count, loads(), width);
    if (width > 1) {
      to.line("const bool %sWide = ((unsigned long long)%s & 15) == 0;", name, name);
    }
    openUnits(to);
    to.line("const %s %s = %s0 + %s;", type, outerIndex, outerIndex, outerOf());
    IndexText.decode(to, type, outer, outerIndex);
    to.line("%sAt[l] = %s;", name, IndexText.along(place, outer::contains));
    to.line("%sIn[l] = %s;", name, outerCheck());
    for (int c : checks()) {
      Affine value = place.computed().get(c).value();
      Affine part = value.of(axis -> !sum.isInner(axis));
      to.line("%sIndex%d[l] = %s;", name, c, new Affine(value.constant(), part.summands()).text());
    }
    to.close();
  }

  private List<Integer> checks() {
    List<Integer> checks = new ArrayList<>();
    for (int c = 0; c < place.computed().size(); c++) {
      checks.add(c);
    }
    return checks;
  }

  private void openUnits(Source to) {
    to.unrolled("l", count);
    String others = count == 1 ? "" : " + l * %du".formatted(tiling.threads());
    to.line("const unsigned u = tid%s;", others);
  }

  private String outerOf() {
    if (alongInner) {
      return "(int)(u / %d)".formatted(tiling.inner() / unitInner);
    }
    return "(int)(u %% %d)%s".formatted(size / unitOuter, unitOuter == 1 ? "" : " * " + unitOuter);
  }

  private String innerOf() {
    String factor = unitInner == 1 ? "" : " * " + unitInner;
    return alongInner
        ? "(int)(u %% %d)%s".formatted(tiling.inner() / unitInner, factor)
        : "(int)(u / %d)%s".formatted(size / unitOuter, factor);
  }

  private boolean isRagged() {
    return units % tiling.threads() != 0;
  }

  private String outerCheck() {
    List<String> checks = new ArrayList<>();
    if (isRagged()) {
      checks.add("u < " + units);
    }
    if (Axis.count(outer) % size != 0) {
      checks.add(outerIndex + " < " + IndexText.number(Axis.count(outer)));
    }
    return checks.isEmpty() ? "true" : String.join(" && ", checks);
  }

  /// Into registers, from the tile that starts at `k0`.
  void load(Source to) {
    String type = sum.typeOf(place);
    openUnits(to);
    if (loads() > 1) {
      to.unrolled("h", loads());
    }
    to.line("const %s k = k0 + %s%s;", type, innerOf(), loads() > 1 ? " + h" : "");
    IndexText.decode(to, type, sum.inner(), "k");
    to.line("bool in = %sIn[l]%s;", name, innerCheck());
    List<String> parts = new ArrayList<>(List.of(name + "At[l]"));
    String along = IndexText.along(place, sum::isInner);
    if (!along.equals("0")) {
      parts.add(along);
    }
    for (int c : checks()) {
      computed(to, c, parts);
    }
    to.line("const %s at = %s;", type, IndexText.sum(parts));
    String next = "%sNext[l][%s]".formatted(name, loads() > 1 ? "h" : "0");
    if (width > 1) {
      to.line("ntk_tile_load(%s, at, in, %sWide, %s);", name, name, next);
    } else {
      to.line("%s[0] = in ? %s[at] : 0;", next, name);
    }
    if (loads() > 1) {
      to.close();
    }
    to.close();
  }

  private String innerCheck() {
    boolean whole = sum.innerCount() == tiling.perPart() * tiling.parts();
    return whole ? "" : " && k < " + IndexText.number(sum.innerCount());
  }

  private void computed(Source to, int c, List<String> parts) {
    Place.Computed part = place.computed().get(c);
    Affine inner = part.value().of(sum::isInner);
    String value = "x" + c;
    String whole = "%sIndex%d[l]".formatted(name, c);
    to.line(
        "const %s %s = %s;",
        sum.typeOf(place),
        value,
        inner.summands().isEmpty() ? whole : whole + " + " + inner.text());
    IndexText.check(to, part, value);
    if (!part.digits().isEmpty()) {
      parts.add(IndexText.digits(IndexText.quotient(part, value), part.digits()));
    }
  }

  /// From registers to `next`, a stage of the shared memory.
  void store(Source to) {
    openUnits(to);
    if (isRagged()) {
      to.open("if (u < %d)", units);
    }
    to.line("const int m = %s;", outerOf());
    to.line("const int k = %s;", innerOf());
    switch (tiling.kind()) {
      case SCALAR, TF32, TF32X3, FLOAT64 -> storeElements(to);
      case BF16 -> storePairs(to);
    }
    if (isRagged()) {
      to.close();
    }
    to.close();
  }

  private void storeElements(Source to) {
    if (width > 1) {
      to.unrolled("e", width);
    }
    String e = width > 1 ? "e" : "0";
    String value = "%sNext[l][0][%s]".formatted(name, e);
    String k = alongInner && width > 1 ? "k + e" : "k";
    String next = !alongInner && width > 1 ? " + e" : "";
    String word = tiling.kind() == Tiling.Kind.TF32 ? "ntk_tf32(" + value + ")" : value;
    to.line("next[%s%s] = %s;", index(k, "m"), next, word);
    if (width > 1) {
      to.close();
    }
  }

  private void storePairs(Source to) {
    boolean along = alongInner && width > 1;
    int words = along ? width / 2 : width;
    to.unrolled("e", words);
    String low = along ? "[0][2 * e]" : "[0][e]";
    String high = along ? "[0][2 * e + 1]" : "[1][e]";
    to.line(
        "next[%s] = ntk_bf16x2(%sNext[l]%s, %sNext[l]%s);",
        along ? index("k / 2 + e", "m") : index("k / 2", words > 1 ? "m + e" : "m"),
        name,
        low,
        name,
        high);
    to.close();
  }

  private String index(String k, String m) {
    return index(tiling, base, size, k, m);
  }

  /// Where word `k` of row or column `m` of a tile is in a stage.
  ///
  /// @param base where the tile starts
  /// @param size rows or columns of the tile
  static String index(Tiling tiling, int base, int size, String k, String m) {
    String row = k.contains(" ") ? "(" + k + ")" : k;
    String from = base == 0 ? "" : base + " + ";
    int pitch = tiling.pitch(size);
    return switch (tiling.kind()) {
      case SCALAR, BF16, FLOAT64 -> "%s%s * %d + %s".formatted(from, row, pitch, m);
      case TF32, TF32X3 -> "%sntk_turned(%s, %s, %d)".formatted(from, k, m, pitch);
    };
  }
}
