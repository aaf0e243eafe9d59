package org.ntk4j.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// `T[i0, i1, …]`: elements of one dtype in row-major order, off-heap, addressed by `long`.
///
/// Allocated memory starts at a multiple of 64 bytes; a [#slice] starts wherever its first element
/// is. A tensor of a [TensorScope] ends when the scope is closed or releases it; from then on
/// everything but [#dtype], [#shape], [#rank] and [#size] throws `IllegalStateException`. All other
/// tensors are garbage-collected; together they are limited by `-XX:MaxDirectMemorySize`.
///
/// Equality is identity; [#sameAs] compares contents.
public final class Tensor {

  private static final long ALIGNMENT = 64;

  private final DType dtype;
  private final Shape shape;
  private final MemorySegment segment;
  private final Block block;

  Tensor(DType dtype, Shape shape, MemorySegment segment, Block block) {
    this.dtype = dtype;
    this.shape = shape;
    this.segment = segment;
    this.block = block;
  }

  /// A garbage-collected tensor that is 0 (`false`) everywhere.
  public static Tensor zeros(DType dtype, Shape shape) {
    long bytes = byteSize(dtype, shape);
    MemorySegment memory = allocate(Arena.ofAuto(), Math.max(bytes, 1), dtype, shape);
    return new Tensor(dtype, shape, memory.asSlice(0, bytes), Block.UNOWNED);
  }

  /// A garbage-collected tensor that is `value`, converted as by [#setDouble], everywhere.
  public static Tensor fill(DType dtype, Shape shape, double value) {
    Tensor tensor = zeros(dtype, shape);
    for (long i = 0; i < shape.size(); i++) {
      tensor.setDouble(i, value);
    }
    return tensor;
  }

  /// The `f64[]` tensor of `value`.
  public static Tensor scalar(double value) {
    return fill(DType.F64, Shape.SCALAR, value);
  }

  /// The `f64` tensor of these values, in row-major order; no `dims` is a scalar.
  public static Tensor of(double[] values, long... dims) {
    return copied(DType.F64, MemorySegment.ofArray(values), dims);
  }

  /// The `f32` tensor of these values, in row-major order; no `dims` is a scalar.
  public static Tensor of(float[] values, long... dims) {
    return copied(DType.F32, MemorySegment.ofArray(values), dims);
  }

  /// The `i64` tensor of these values, in row-major order; no `dims` is a scalar.
  public static Tensor of(long[] values, long... dims) {
    return copied(DType.I64, MemorySegment.ofArray(values), dims);
  }

  /// The `i32` tensor of these values, in row-major order; no `dims` is a scalar.
  public static Tensor of(int[] values, long... dims) {
    return copied(DType.I32, MemorySegment.ofArray(values), dims);
  }

  /// The `bool` tensor of these values, in row-major order; no `dims` is a scalar.
  public static Tensor of(boolean[] values, long... dims) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return copied(DType.BOOL, MemorySegment.ofArray(bytes), dims);
  }

  /// The tensor whose elements are those in `memory`, in the machine's byte order; not copied. The
  /// owner of `memory` stays its owner.
  ///
  /// @throws IllegalArgumentException if `memory` is on the heap, is not exactly as large as the
  ///   tensor, or does not start at a multiple of the element size
  public static Tensor wrap(DType dtype, Shape shape, MemorySegment memory) {
    long bytes = byteSize(dtype, shape);
    if (!memory.isNative()) {
      throw new IllegalArgumentException("a tensor cannot wrap memory on the Java heap");
    }
    if (memory.byteSize() != bytes) {
      throw new IllegalArgumentException(
          describe(dtype, shape) + " needs " + bytes + " bytes; given " + memory.byteSize());
    }
    if (memory.address() % dtype.sizeBytes() != 0) {
      throw new IllegalArgumentException(
          describe(dtype, shape) + " needs an address that is a multiple of " + dtype.sizeBytes());
    }
    return new Tensor(dtype, shape, memory, Block.UNOWNED);
  }

  private static Tensor copied(DType dtype, MemorySegment values, long[] dims) {
    Shape shape = Shape.of(dims);
    long count = values.byteSize() / dtype.sizeBytes();
    if (count != shape.size()) {
      throw new IllegalArgumentException(
          "shape " + shape + " has " + shape.size() + " elements; given " + count + " values");
    }
    Tensor tensor = zeros(dtype, shape);
    tensor.segment.copyFrom(values);
    return tensor;
  }

  /// Bytes of the elements of such a tensor.
  static long byteSize(DType dtype, Shape shape) {
    if (shape.size() > (Long.MAX_VALUE >> 8) / dtype.sizeBytes()) {
      throw new IllegalArgumentException(
          describe(dtype, shape) + " has more bytes than can be addressed");
    }
    return shape.size() * dtype.sizeBytes();
  }

  /// Zeroed memory of `bytes` for such a tensor.
  static MemorySegment allocate(Arena arena, long bytes, DType dtype, Shape shape) {
    try {
      return arena.allocate(bytes, ALIGNMENT);
    } catch (OutOfMemoryError e) {
      OutOfMemoryError clearer =
          new OutOfMemoryError(
              "no memory for "
                  + describe(dtype, shape)
                  + " ("
                  + bytes
                  + " bytes): "
                  + e.getMessage());
      clearer.initCause(e);
      throw clearer;
    }
  }

  /// Element type.
  public DType dtype() {
    return dtype;
  }

  /// Axis sizes, outermost first.
  public Shape shape() {
    return shape;
  }

  /// Number of axes.
  public int rank() {
    return shape.rank();
  }

  /// Number of elements.
  public long size() {
    return shape.size();
  }

  /// The memory of the elements, in row-major order and the machine's byte order.
  ///
  /// @throws IllegalStateException if the tensor was released
  public MemorySegment segment() {
    if (!segment.scope().isAlive()) {
      throw released();
    }
    return live();
  }

  Block block() {
    return block;
  }

  /// Element `i` in row-major order; `bool` is 0 or 1, `i64` is rounded to nearest.
  ///
  /// @throws IllegalStateException if the tensor was released
  public double getDouble(long i) {
    MemorySegment s = live();
    return switch (dtype) {
      case F32 -> s.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      case F64 -> s.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
      case I32 -> s.getAtIndex(ValueLayout.JAVA_INT, i);
      case I64 -> s.getAtIndex(ValueLayout.JAVA_LONG, i);
      case BOOL -> s.get(ValueLayout.JAVA_BYTE, i) == 0 ? 0 : 1;
    };
  }

  /// Sets element `i` in row-major order to `value`: rounded to nearest for `f32`; truncated
  /// towards 0 and clamped to the range for integers, where NaN is 0; `value ≠ 0` for `bool`.
  ///
  /// @throws IllegalStateException if the tensor was released
  public void setDouble(long i, double value) {
    MemorySegment s = live();
    switch (dtype) {
      case F32 -> s.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
      case F64 -> s.setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
      case I32 -> s.setAtIndex(ValueLayout.JAVA_INT, i, (int) value);
      case I64 -> s.setAtIndex(ValueLayout.JAVA_LONG, i, (long) value);
      case BOOL -> s.set(ValueLayout.JAVA_BYTE, i, (byte) (value == 0 ? 0 : 1));
    }
  }

  /// Element `i` in row-major order; floating elements are converted as by [#setDouble].
  ///
  /// @throws IllegalStateException if the tensor was released
  public long getLong(long i) {
    MemorySegment s = live();
    return switch (dtype) {
      case F32 -> (long) s.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      case F64 -> (long) s.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
      case I32 -> s.getAtIndex(ValueLayout.JAVA_INT, i);
      case I64 -> s.getAtIndex(ValueLayout.JAVA_LONG, i);
      case BOOL -> s.get(ValueLayout.JAVA_BYTE, i) == 0 ? 0 : 1;
    };
  }

  /// Sets element `i` in row-major order to `value`: rounded to nearest for floating dtypes, the
  /// low 32 bits for `i32`, `value ≠ 0` for `bool`.
  ///
  /// @throws IllegalStateException if the tensor was released
  public void setLong(long i, long value) {
    MemorySegment s = live();
    switch (dtype) {
      case F32 -> s.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
      case F64 -> s.setAtIndex(ValueLayout.JAVA_DOUBLE, i, (double) value);
      case I32 -> s.setAtIndex(ValueLayout.JAVA_INT, i, (int) value);
      case I64 -> s.setAtIndex(ValueLayout.JAVA_LONG, i, value);
      case BOOL -> s.set(ValueLayout.JAVA_BYTE, i, (byte) (value == 0 ? 0 : 1));
    }
  }

  /// This tensor with elements of dtype `to`, converted as by [#setLong] from integers and `bool`
  /// and as by [#setDouble] from floating dtypes; itself if that is its dtype already.
  public Tensor to(DType to) {
    live();
    if (to == dtype) {
      return this;
    }
    Tensor result = zeros(to, shape);
    if (dtype.isFloating()) {
      for (long i = 0; i < size(); i++) {
        result.setDouble(i, getDouble(i));
      }
    } else {
      for (long i = 0; i < size(); i++) {
        result.setLong(i, getLong(i));
      }
    }
    return result;
  }

  /// The same elements in row-major order under another shape; shares memory.
  ///
  /// @throws IllegalArgumentException if the number of elements differs
  public Tensor reshape(Shape other) {
    if (other.size() != size()) {
      throw new IllegalArgumentException(
          this + " has " + size() + " elements; shape " + other + " has " + other.size());
    }
    return new Tensor(dtype, other, live(), block);
  }

  /// `y[i, …] = x[from + i, …]` for `i < to - from`; shares memory.
  ///
  /// @throws IllegalArgumentException if `from`, `to` is no range of axis 0
  public Tensor slice(long from, long to) {
    if (rank() == 0 || from < 0 || to < from || to > shape.dim(0)) {
      throw new IllegalArgumentException(
          "rows " + from + " to " + to + " are no range of axis 0 of " + this);
    }
    Shape sliced = shape.with(0, to - from);
    long rowBytes = shape.remove(0).size() * dtype.sizeBytes();
    MemorySegment part = live().asSlice(from * rowBytes, byteSize(dtype, sliced));
    return new Tensor(dtype, sliced, part, block);
  }

  /// A garbage-collected tensor with the same elements.
  public Tensor copy() {
    Tensor result = zeros(dtype, shape);
    result.segment.copyFrom(live());
    return result;
  }

  /// All elements in row-major order, as by [#getDouble].
  ///
  /// @throws IllegalArgumentException if there are more than an array can hold
  public double[] toDoubles() {
    if (dtype == DType.F64) {
      checkFitsArray();
      return live().toArray(ValueLayout.JAVA_DOUBLE);
    }
    double[] values = new double[checkFitsArray()];
    for (int i = 0; i < values.length; i++) {
      values[i] = getDouble(i);
    }
    return values;
  }

  /// All elements in row-major order, as by [#getLong].
  ///
  /// @throws IllegalArgumentException if there are more than an array can hold
  public long[] toLongs() {
    long[] values = new long[checkFitsArray()];
    for (int i = 0; i < values.length; i++) {
      values[i] = getLong(i);
    }
    return values;
  }

  private int checkFitsArray() {
    live();
    if (size() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(this + " has more elements than an array can hold");
    }
    return (int) size();
  }

  /// Whether it holds neither NaN nor infinity.
  ///
  /// @throws IllegalStateException if the tensor was released
  public boolean isFinite() {
    return switch (dtype) {
      case F32, F64 -> Finite.all(dtype, live());
      case I32, I64, BOOL -> true;
    };
  }

  /// Whether its elements are gone: its owner was closed, or released it.
  public boolean isReleased() {
    return block.isReleased();
  }

  /// Whether dtype, shape and every bit of the elements are equal.
  public boolean sameAs(Tensor other) {
    MemorySegment mine = segment();
    MemorySegment others = other.segment();
    return dtype == other.dtype && shape.equals(other.shape) && mine.mismatch(others) < 0;
  }

  /// A hash of dtype, shape and every bit of the elements: equal for tensors that are [#sameAs]
  /// each other, and the same in every run on machines of one byte order.
  public long contentHash() {
    return ContentHash.of(dtype, shape, segment());
  }

  /// E.g. `f64[2,3]`; says nothing of the elements.
  @Override
  public String toString() {
    return describe(dtype, shape);
  }

  private static String describe(DType dtype, Shape shape) {
    return dtype + shape.toString();
  }

  private MemorySegment live() {
    if (block.isReleased()) {
      throw released();
    }
    return segment;
  }

  private IllegalStateException released() {
    return new IllegalStateException(
        "tensor " + this + " was released; copy it out of its scope to keep it");
  }
}
