package org.ntk4j.ir;

import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;

/// Abstract value: what a pass knows about a tensor without running anything.
///
/// @param dtype element type
/// @param shape axis sizes, outermost first; empty for a scalar
public record Aval(DType dtype, Shape shape) {

  /// The aval of `dtype` with axis sizes `dims`.
  public static Aval of(DType dtype, long... dims) {
    return new Aval(dtype, Shape.of(dims));
  }

  /// Number of axes.
  public int rank() {
    return shape.rank();
  }

  /// Size of `axis`, counted from 0.
  public long dim(int axis) {
    return shape.dim(axis);
  }

  /// Number of elements.
  public long size() {
    return shape.size();
  }

  /// Whether tangents of this value exist.
  public boolean isFloating() {
    return dtype.isFloating();
  }

  /// This dtype with another shape.
  public Aval withShape(Shape other) {
    return new Aval(dtype, other);
  }

  /// This shape with another dtype.
  public Aval withDType(DType other) {
    return new Aval(other, shape);
  }

  /// E.g. `f64[2,3]`.
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
