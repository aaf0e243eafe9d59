package org.ntk4j.core.io;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ntk4j.core.Shape;

/// Parser of the one Python literal that an npy header is: `{'descr': '<f8', 'fortran_order':
/// False, 'shape': (2, 3), }`, spaces, newline.
///
/// Ours, because `org.openlca:npy` keeps sizes in `int`: 2^31 elements and more come out wrong.
final class HeaderParser {

  private static final String EXPECTED =
      "expected {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } or the like";

  private final String source;
  private final String text;
  private int at;
  private String descr = "";
  private boolean fortran;
  private Shape shape = Shape.SCALAR;

  /// @param source the file, for messages
  HeaderParser(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /// The header that the whole text is.
  NpyHeader parse(long dataOffset) throws NpyException {
    Set<String> seen = new HashSet<>();
    expect('{');
    while (!accept('}')) {
      String key = string();
      expect(':');
      switch (key) {
        case "descr" -> descr = typeString();
        case "fortran_order" -> fortran = bool();
        case "shape" -> shape = shape(tuple());
        default -> throw malformed("the key '" + key + "' is unknown");
      }
      if (!seen.add(key)) {
        throw malformed("the key '" + key + "' is repeated");
      }
      if (!accept(',') && peek() != '}') {
        throw malformed("no comma after the value of '" + key + "'");
      }
    }
    if (seen.size() < 3) {
      throw malformed("it has only the keys " + seen.stream().sorted().toList());
    }
    if (!text.substring(at).isBlank()) {
      throw malformed("something follows the closing brace");
    }
    return header(dataOffset);
  }

  private NpyHeader header(long dataOffset) throws NpyException {
    String code = descr.isEmpty() ? "" : descr.substring(1);
    if (code.startsWith("O")) {
      throw new NpyException(source, "holds Python objects; expected numbers or booleans");
    }
    Stored type = Stored.ofCode(code).orElseThrow(this::unknownType);
    if (shape.size() > (Long.MAX_VALUE >> 8) / type.sizeBytes()) {
      throw new NpyException(source, "claims shape " + shape + ", more bytes than any file has");
    }
    return new NpyHeader(type, order(type), fortran, shape, dataOffset);
  }

  private ByteOrder order(Stored type) throws NpyException {
    return switch (descr.charAt(0)) {
      case '<' -> ByteOrder.LITTLE_ENDIAN;
      case '>' -> ByteOrder.BIG_ENDIAN;
      case '=' -> ByteOrder.nativeOrder();
      case '|' -> {
        if (type.sizeBytes() > 1) {
          throw unknownType();
        }
        yield ByteOrder.nativeOrder();
      }
      default -> throw unknownType();
    };
  }

  private NpyException unknownType() {
    return new NpyException(
        source,
        "holds elements of type '" + descr + "'; expected <, > or | and one of " + Stored.codes());
  }

  private String typeString() throws NpyException {
    if (peek() == '[') {
      throw new NpyException(source, "holds records of several fields; expected one plain type");
    }
    return string();
  }

  private Shape shape(List<Long> sizes) throws NpyException {
    try {
      return Shape.of(sizes);
    } catch (IllegalArgumentException e) {
      throw new NpyException(source, "header: " + e.getMessage(), e);
    }
  }

  private List<Long> tuple() throws NpyException {
    List<Long> sizes = new ArrayList<>();
    boolean comma = true;
    expect('(');
    while (!accept(')')) {
      if (!comma) {
        throw malformed("no comma between the sizes of the shape");
      }
      sizes.add(integer());
      comma = accept(',');
    }
    if (sizes.size() == 1 && !comma) {
      throw malformed("the shape is no tuple");
    }
    return sizes;
  }

  private long integer() throws NpyException {
    char first = peek();
    int start = at;
    if (first == '-') {
      at++;
    }
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    String digits = text.substring(start, at);
    if (digits.isEmpty() || "-".equals(digits)) {
      throw malformed("no number where a size should be");
    }
    // Python 2 wrote long integers so.
    accept('L');
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new NpyException(source, "header: the size " + digits + " is not below 2^63", e);
    }
  }

  private static boolean isDigit(char c) {
    return '0' <= c && c <= '9';
  }

  private boolean bool() throws NpyException {
    peek();
    for (String word : List.of("True", "False")) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return "True".equals(word);
      }
    }
    throw malformed("'fortran_order' is neither True nor False");
  }

  private String string() throws NpyException {
    char quote = peek();
    int end = text.indexOf(quote, at + 1);
    if ((quote != '\'' && quote != '"') || end < 0) {
      throw malformed("no string where one should be");
    }
    String content = text.substring(at + 1, end);
    at = end + 1;
    return content;
  }

  /// The next character that is not white space.
  private char peek() throws NpyException {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      throw malformed("it ends too early");
    }
    return text.charAt(at);
  }

  private boolean accept(char c) throws NpyException {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char c) throws NpyException {
    if (!accept(c)) {
      throw malformed("no '" + c + "' where one should be");
    }
  }

  private NpyException malformed(String problem) {
    return new NpyException(
        source, "malformed header at character " + at + ": " + problem + "; " + EXPECTED);
  }
}
