package org.ntk4j.cpu.jit;

import java.util.Locale;

/// Instructions of one function without branches, in the order in which they were asked for.
final class Code {
  private final StringBuilder text = new StringBuilder();
  private int count;

  /// A parameter, a constant or the result of an instruction.
  record Value(String type, String text) {
    /// Type and name, as an operand.
    String typed() {
      return type + " " + text;
    }
  }

  /// Appends an instruction whose result has this type.
  Value emit(String type, String instruction, Object... operands) {
    Value result = new Value(type, "%v" + count);
    count++;
    text.append("  ").append(result.text()).append(" = ");
    text.append(String.format(Locale.ROOT, instruction, operands)).append('\n');
    return result;
  }

  /// The instructions, one a line.
  String text() {
    return text.toString();
  }
}
