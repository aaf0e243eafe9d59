package org.ntk4j.cpu.jit;

/// Instructions of one function without branches, in the order in which they were asked for.
final class Instructions {
  private final StringBuilder text = new StringBuilder();
  private int count;

  /// A parameter, a constant or the result of an instruction.
  record Value(String type, String text) {
    /// Type and name, as an operand.
    String typed() {
      return type + " " + text;
    }
  }

  /// Appends an instruction, given in pieces, whose result has this type.
  Value emit(String type, String... instruction) {
    Value result = new Value(type, "%v" + count);
    count++;
    text.append("  ").append(result.text()).append(" = ");
    for (String piece : instruction) {
      text.append(piece);
    }
    text.append('\n');
    return result;
  }

  /// The instructions, one a line.
  String text() {
    return text.toString();
  }
}
