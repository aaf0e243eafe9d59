package org.ntk4j.ntk;

import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.text.Printer;

/// Equations as error messages name them.
final class EquationText {
  private final Program program;
  private Optional<List<String>> lines = Optional.empty();

  EquationText(Program program) {
    this.program = program;
  }

  /// Equation number `index`, counted from 1, as printed: ``equation 3, `reduce_sum[axes=[0]] b`
  /// ``.
  String of(int index) {
    // Printing costs as much as all the rest of a pass: once, not for each equation.
    List<String> printed = lines.orElseGet(() -> print(program));
    lines = Optional.of(printed);
    String line = printed.get(index).strip();
    String right = line.substring(line.indexOf(" = ") + 3);
    return "equation %d, `%s`".formatted(index + 1, right);
  }

  private static List<String> print(Program p) {
    return Printer.print(p)
        .lines()
        .filter(line -> line.startsWith("  ") && !line.startsWith("   "))
        .filter(line -> line.contains(" = "))
        .toList();
  }
}
