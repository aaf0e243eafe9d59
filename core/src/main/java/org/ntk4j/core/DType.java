package org.ntk4j.core;

import java.util.Arrays;

/// The element types of tensors.
///
/// `f32` and `f64` are IEEE 754 binary32 and binary64, `i32` and `i64` are two's complement, `bool`
/// is one byte that is 0 or 1. In memory all are in the byte order of the machine.
public enum DType {
  F32("f32", 4, Kind.FLOATING),
  F64("f64", 8, Kind.FLOATING),
  I32("i32", 4, Kind.INTEGER),
  I64("i64", 8, Kind.INTEGER),
  BOOL("bool", 1, Kind.LOGICAL);

  private enum Kind {
    FLOATING,
    INTEGER,
    LOGICAL
  }

  private final String text;
  private final int sizeBytes;
  private final Kind kind;

  DType(String text, int sizeBytes, Kind kind) {
    this.text = text;
    this.sizeBytes = sizeBytes;
    this.kind = kind;
  }

  /// The dtype whose text is `text`, e.g. `f32`.
  ///
  /// @throws IllegalArgumentException if there is none
  public static DType parse(String text) {
    for (DType dtype : values()) {
      if (dtype.text.equals(text)) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(
        "unknown dtype '" + text + "'; expected one of " + Arrays.toString(values()));
  }

  /// Bytes per element.
  public int sizeBytes() {
    return sizeBytes;
  }

  /// Whether elements are approximations of real numbers: those have tangents.
  public boolean isFloating() {
    return kind == Kind.FLOATING;
  }

  /// Whether elements are whole numbers; `bool` is not.
  public boolean isInteger() {
    return kind == Kind.INTEGER;
  }

  /// Whether elements are numbers, that is everything but `bool`.
  public boolean isNumeric() {
    return kind != Kind.LOGICAL;
  }

  /// E.g. `f32`.
  @Override
  public String toString() {
    return text;
  }
}
