package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;

/// A model that cannot be read or imported: one line that says what, where, and what was expected.
public final class OnnxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What is said of each part, where several are named.
  private final ArrayList<String> parts = new ArrayList<>();

  /// An exception with this message.
  public OnnxException(String message) {
    super(oneLine(message));
  }

  /// An exception with this message, and its cause.
  public OnnxException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /// Names in a damaged file may hold anything.
  private static String oneLine(String message) {
    return message.replaceAll("\\p{Cntrl}|[\u2028\u2029]", "?");
  }

  /// An exception that names several things at once, such as all unsupported nodes.
  static OnnxException several(String summary, List<String> parts) {
    OnnxException e = new OnnxException(summary + ": " + String.join("; ", parts));
    e.parts.addAll(parts);
    return e;
  }

  /// This exception about the file `name`.
  OnnxException in(String name) {
    OnnxException e = new OnnxException(name + ": " + getMessage(), this);
    e.parts.addAll(parts);
    return e;
  }

  /// What is said of each thing, where several are named.
  List<String> parts() {
    return List.copyOf(parts);
  }
}
