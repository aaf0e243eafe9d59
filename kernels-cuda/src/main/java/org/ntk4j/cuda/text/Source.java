package org.ntk4j.cuda.text;

import java.util.Locale;

/// Lines of text in nested blocks.
final class Source {
  private final StringBuilder text = new StringBuilder();
  private String indent = "";

  /// A line as it is.
  Source line(String line) {
    text.append(line.isEmpty() || line.startsWith("#pragma") ? "" : indent)
        .append(line)
        .append('\n');
    return this;
  }

  /// A line by a format.
  Source line(String format, Object... values) {
    return line(String.format(Locale.ROOT, format, values));
  }

  /// A line that ends with an opened brace.
  Source open(String format, Object... values) {
    String head = String.format(Locale.ROOT, format, values);
    line(head.isEmpty() ? "{" : head + " {");
    indent += "  ";
    return this;
  }

  /// Closes the innermost block.
  Source close() {
    indent = indent.substring(2);
    return line("}");
  }

  /// A loop over `0 <= variable < count` that is unrolled.
  Source unrolled(String variable, int count) {
    line("#pragma unroll");
    return open("for (int %s = 0; %s < %d; %s++)", variable, variable, count, variable);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
