package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;

/// One element of the result of a contraction, for a thread that has one.
final class ElementText {
  private ElementText() {}

  /// Defines `i` and `j` and all axes of the result, of element `e`, row by row.
  static void of(Source to, Contraction sum, String e) {
    String type = sum.typeOfAll();
    long columns = sum.columnCount();
    to.line("const %s i = %s / %s %% %s;", type, e, number(columns), number(sum.rowCount()));
    to.line("const %s j = %s %% %s;", type, e, number(columns));
    to.line("const int z = %s / %s;", e, number(Math.multiplyExact(columns, sum.rowCount())));
    IndexText.decode(to, "int", sum.batch(), "z");
    IndexText.decode(to, type, sum.rows(), "i");
    IndexText.decode(to, type, sum.columns(), "j");
  }

  private static String number(long n) {
    return IndexText.number(n);
  }

  /// Does with the element, of which all axes are defined, what is to be done.
  ///
  /// @param value of its sum
  static void store(Source to, Contraction sum, String value) {
    if (sum.epilogue().isEmpty()) {
      to.line("c[%s] = %s;", place(to, sum), sum.scaled(value));
      return;
    }
    to.line("const %s value = %s;", sum.elementType(), sum.scaled(value));
    to.open("");
    sum.epilogue().get().print(to, sum, "value");
    to.close();
  }

  /// Where the element of the result is, all its axes being defined.
  static String place(Source to, Contraction sum) {
    String within = IndexText.offset(to, sum.typeOfAll(), "c", sum.c(), axis -> !sum.isBatch(axis));
    return IndexText.sum(List.of(TileStore.batchOffset(sum.c(), sum), within));
  }

  /// Where an element of a factor is, all axes being defined. Where there is none, `in` is cleared.
  static String checked(Source to, Contraction sum, String name, Place place) {
    List<String> parts = new ArrayList<>(List.of(TileStore.batchOffset(place, sum)));
    parts.add(IndexText.along(place, axis -> !sum.isBatch(axis)));
    for (int c = 0; c < place.computed().size(); c++) {
      Place.Computed part = place.computed().get(c);
      String value = name + "Index" + c;
      to.line("const %s %s = %s;", sum.typeOfAll(), value, part.value().text());
      IndexText.check(to, part, value);
      if (!part.digits().isEmpty()) {
        parts.add(IndexText.digits(IndexText.quotient(part, value), part.digits()));
      }
    }
    return IndexText.sum(parts);
  }
}
