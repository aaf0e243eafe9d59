package org.ntk4j.ir.text;

/// A text is not a program: where, what was expected, what was found.
public final class TextException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  TextException(int line, int column, String problem, Throwable cause) {
    super("line %d, column %d: %s".formatted(line, column, problem), cause);
    this.line = line;
    this.column = column;
  }

  TextException(int line, int column, String problem) {
    super("line %d, column %d: %s".formatted(line, column, problem));
    this.line = line;
    this.column = column;
  }

  /// Line of the error, counted from 1.
  public int line() {
    return line;
  }

  /// Column of the error, counted from 1.
  public int column() {
    return column;
  }
}
