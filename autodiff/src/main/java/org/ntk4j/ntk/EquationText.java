package org.ntk4j.ntk;

import java.util.List;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.text.Printer;

/// Equations as error messages name them.
final class EquationText {
  private EquationText() {}

  /// E.g. ``equation 3, `reduce_sum[axes=[0]] b` ``: counted from 1, as printed.
  static String of(Program p, int index) {
    List<String> lines =
        Printer.print(p)
            .lines()
            .filter(line -> line.startsWith("  ") && !line.startsWith("   "))
            .filter(line -> line.contains(" = "))
            .toList();
    String line = lines.get(index).strip();
    String right = line.substring(line.indexOf(" = ") + 3);
    return "equation %d, `%s`".formatted(index + 1, right);
  }
}
