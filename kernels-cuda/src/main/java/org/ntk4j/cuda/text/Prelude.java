package org.ntk4j.cuda.text;

/// The functions that kernels use. A program starts with their text, once.
public final class Prelude {
  private Prelude() {}

  /// The text.
  public static String text() {
    return "";
  }
}
