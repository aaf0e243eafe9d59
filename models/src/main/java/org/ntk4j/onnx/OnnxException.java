package org.ntk4j.onnx;

/// A model that cannot be read or imported: one line that says what, where, and what was expected.
public final class OnnxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// An exception with this message.
  public OnnxException(String message) {
    super(message);
  }

  /// An exception with this message, and its cause.
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
