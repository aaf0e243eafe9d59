package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.ir.nest.Accesses;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.schedule.Epilogue;
import org.ntk4j.ir.schedule.Epilogue.Part;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Slot;

/// What a thread does with an element of a product that it has computed. Slots of the nest are
/// `p1`, `p2`, …, loop variables `u0`, `u1`, …
record EpilogueText(Epilogue epilogue) {
  /// Before those of the nest are the factors, and in place of the first is the product's result.
  private static final int SLOTS_BEFORE = 1;

  private LoopNest nest() {
    return epilogue.nest();
  }

  /// The parameters of a kernel that is to do so.
  String parameters() {
    List<String> parameters = new ArrayList<>();
    for (int slot = 1; slot < nest().slots().size(); slot++) {
      Slot buffer = nest().slots().get(slot);
      String type = (buffer.written() ? "" : "const ") + NestTypes.of(buffer.dtype());
      parameters.add(type + "* __restrict__ p" + slot);
    }
    return String.join(", ", parameters);
  }

  /// The slots of the step that these are.
  List<Integer> slots() {
    return IntStream.range(1, nest().slots().size()).mapToObj(slot -> slot + SLOTS_BEFORE).toList();
  }

  /// Does it with the element of row `i` and column `j`.
  ///
  /// @param value a variable
  void print(Source to, Contraction sum, String value) {
    print(to, sum, value, "i", "j");
  }

  /// Does it, in a block of its own, with the element of that row and column.
  ///
  /// @param value a variable, as are `row` and `column`
  void print(Source to, Contraction sum, String value, String row, String column) {
    NestWidth width = NestWidth.of(nest());
    NestCode code = new NestCode();
    Dependence dependence = new Dependence(nest());
    for (int d = 0; d < nest().rank(); d++) {
      String index = part(epilogue.loops().get(d), nest().extents().get(d), sum, row, column);
      to.line("const %s u%d = %s;", width.type(), d, index);
      code.variable(d, "u" + d);
    }
    Accesses.of(nest()).loads().stream()
        .filter(load -> load.slot() == 0)
        .forEach(load -> code.know(load, value));
    NestValues values = new NestValues(nest(), code, dependence, width);
    new NestStores(nest(), false, code, values, dependence).visit();
    code.toString().lines().map(line -> line.replaceFirst("^  ", "")).forEach(to::line);
  }

  private static String part(Part part, long extent, Contraction sum, String row, String column) {
    if (extent == 1) {
      return "0";
    }
    int rows = sum.batch().size();
    boolean inBatch = part.axis() < rows;
    String index =
        inBatch ? sum.batch().get(part.axis()).name() : part.axis() == rows ? row : column;
    long all =
        inBatch
            ? sum.batch().get(part.axis()).extent()
            : part.axis() == rows ? sum.rowCount() : sum.columnCount();
    String high = part.divisor() == 1 ? index : index + " / " + IndexText.number(part.divisor());
    return part.divisor() * extent == all ? high : high + " % " + IndexText.number(extent);
  }
}
