package org.ntk4j.ir.text;

/// A position in a text. Blanks, line ends and comments (`//` to the end of the line) separate
/// tokens.
final class Source {
  private static final int SHOWN_MAX = 20;
  private static final int CODE_DIGITS = 4;

  private final String text;
  private int position;

  Source(String text) {
    this.text = text;
  }

  /// Position of the next token.
  int here() {
    skip(true);
    return position;
  }

  /// Whether the next token starts with `c`.
  boolean at(char c) {
    return here() < text.length() && text.charAt(position) == c;
  }

  /// Whether the character right here is `c`, without skipping anything.
  boolean touches(char c) {
    return position < text.length() && text.charAt(position) == c;
  }

  /// Whether the line has another token.
  boolean lineGoesOn() {
    skip(false);
    return position < text.length() && text.charAt(position) != '\n' && !atComment();
  }

  boolean atEnd() {
    return here() == text.length();
  }

  /// Reads `c` if it comes next.
  boolean take(char c) {
    boolean found = at(c);
    if (found) {
      position++;
    }
    return found;
  }

  void expect(char c) {
    if (!take(c)) {
      throw expected("'" + c + "'");
    }
  }

  /// Reads letters, digits and `_ . + -`, at least one.
  String word(String expected) {
    int start = here();
    while (position < text.length() && isWordPart(text.charAt(position))) {
      position++;
    }
    if (position == start) {
      throw expected(expected);
    }
    return text.substring(start, position);
  }

  /// Reads the word `keyword`.
  void expectWord(String keyword) {
    int start = here();
    if (!word(keyword).equals(keyword)) {
      position = start;
      throw expected(keyword);
    }
  }

  /// Reads a string in quotes.
  String quoted() {
    expect('"');
    StringBuilder result = new StringBuilder();
    while (position < text.length() && text.charAt(position) != '"') {
      result.append(character());
    }
    if (position == text.length()) {
      throw expected("'\"'");
    }
    position++;
    return result.toString();
  }

  private char character() {
    char c = text.charAt(position++);
    if (c != '\\') {
      return c;
    }
    if (position < text.length() && text.charAt(position) != 'u') {
      return text.charAt(position++);
    }
    int end = position + 1 + CODE_DIGITS;
    int code = 0;
    for (int i = position + 1; i < end; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        throw error(position, "expected four hexadecimal digits after \\u");
      }
      code = 16 * code + digit;
    }
    position = end;
    return (char) code;
  }

  /// The error that `what` was expected here.
  TextException expected(String what) {
    return error(here(), "expected " + what + ", found " + found());
  }

  /// The error `problem` at `where`.
  TextException error(int where, String problem) {
    return new TextException(line(where), column(where), problem);
  }

  /// The error `cause` at `where`.
  TextException error(int where, IllegalArgumentException cause) {
    String problem = String.valueOf(cause.getMessage());
    return new TextException(line(where), column(where), problem, cause);
  }

  private String found() {
    if (position >= text.length()) {
      return "the end of the text";
    }
    int end = position;
    while (end < text.length() && isWordPart(text.charAt(end)) && end < position + SHOWN_MAX) {
      end++;
    }
    return "'" + text.substring(position, Math.max(end, position + 1)) + "'";
  }

  private int line(int where) {
    return 1 + (int) text.substring(0, where).chars().filter(c -> c == '\n').count();
  }

  private int column(int where) {
    return where - text.lastIndexOf('\n', where - 1);
  }

  private void skip(boolean lines) {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n')) {
        position++;
      } else if (lines && atComment()) {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  private boolean atComment() {
    return text.startsWith("//", position);
  }

  private static boolean isWordPart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.'
        || c == '+'
        || c == '-';
  }
}
