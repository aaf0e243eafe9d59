package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ntk4j.core.DType;

/// `C[z, i, j] = alpha · Σ_k A[z, i, k] · B[z, k, j]`, where each of `z`, `i`, `j` and `k` stands
/// for several axes, row by row, and each array is wherever its [Place] says: a matrix product, or
/// a convolution whose patches are never stored.
///
/// @param symmetric whether `C[z, i, j]` is `C[z, j, i]`: half is computed
/// @param slots what step's slots `A`, `B` and `C` are in
/// @param epilogue what becomes of each element of `C`, which then is not stored
record Contraction(
    DType dtype,
    List<Axis> batch,
    List<Axis> rows,
    List<Axis> columns,
    List<Axis> inner,
    Place a,
    Place b,
    Place c,
    double alpha,
    boolean symmetric,
    List<Integer> slots,
    Optional<EpilogueText> epilogue) {
  /// Indices and offsets of a tile that begins below it are numbers of type `int`.
  private static final long LIMIT = Integer.MAX_VALUE - (1 << 20);

  Contraction {
    batch = List.copyOf(batch);
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
    inner = List.copyOf(inner);
    slots = List.copyOf(slots);
  }

  long batchCount() {
    return Axis.count(batch);
  }

  long rowCount() {
    return Axis.count(rows);
  }

  long columnCount() {
    return Axis.count(columns);
  }

  long innerCount() {
    return Axis.count(inner);
  }

  /// Elements of the result.
  long size() {
    return Math.multiplyExact(batchCount(), Math.multiplyExact(rowCount(), columnCount()));
  }

  boolean isBatch(Axis axis) {
    return batch.contains(axis);
  }

  boolean isInner(Axis axis) {
    return inner.contains(axis);
  }

  /// `(B, A)` for `(A, B)`: the transposed result.
  Contraction swapped() {
    return new Contraction(
        dtype,
        batch,
        columns,
        rows,
        inner,
        b,
        a,
        c,
        alpha,
        symmetric,
        List.of(slots.get(1), slots.get(0), slots.get(2)),
        epilogue);
  }

  /// Where `C[z, j, i]` is, if that is symmetric.
  Place mirrored() {
    List<Place.Along> along =
        c.along().stream()
            .map(part -> new Place.Along(exchanged(part.axis()), part.digits()))
            .toList();
    return new Place(c.offset(), along, c.computed());
  }

  private Axis exchanged(Axis axis) {
    if (rows.contains(axis)) {
      return columns.getFirst();
    }
    return columns.contains(axis) ? rows.getFirst() : axis;
  }

  /// What a kernel writes to: its parameters after those that it reads sums or factors from.
  String results() {
    return epilogue
        .map(EpilogueText::parameters)
        .orElse("%s* __restrict__ c".formatted(elementType()));
  }

  /// The slots of [#results].
  List<Integer> resultSlots() {
    return epilogue.map(EpilogueText::slots).orElse(List.of(slots.get(2)));
  }

  /// The slots of the factors, then `others`.
  List<Integer> slotsWith(List<Integer> others) {
    List<Integer> all = new ArrayList<>(slots.subList(0, 2));
    all.addAll(others);
    return all;
  }

  /// The type of indices.
  String indexType() {
    return isSmall() ? "int" : "long long";
  }

  /// The type of indices and of offsets within what one index of the batch reads or writes.
  String typeOf(Place place) {
    return isSmall() && place.reach(axis -> !isBatch(axis)) < LIMIT ? "int" : "long long";
  }

  /// The type of indices and of all offsets.
  String typeOfAll() {
    boolean small = Stream.of(a, b, c).allMatch(place -> typeOf(place).equals("int"));
    return small ? "int" : "long long";
  }

  private boolean isSmall() {
    return Stream.of(rowCount(), columnCount(), innerCount()).allMatch(n -> n < LIMIT);
  }

  /// The type of an element in memory and in a sum. Integers wrap around.
  String elementType() {
    return switch (dtype) {
      case F32 -> "float";
      case F64 -> "double";
      case I32 -> "unsigned";
      case I64 -> "unsigned long long";
      case BOOL -> throw new IllegalStateException("bug: a product of bool");
    };
  }

  /// `x · y + z`, rounded once.
  String multiplyAdd(String x, String y, String z) {
    return switch (dtype) {
      case F32 -> "fmaf(%s, %s, %s)".formatted(x, y, z);
      case F64 -> "fma(%s, %s, %s)".formatted(x, y, z);
      case I32, I64 -> "%s * %s + %s".formatted(x, y, z);
      case BOOL -> throw new IllegalStateException("bug: a product of bool");
    };
  }

  /// `alpha` times a sum.
  String scaled(String sum) {
    if (alpha == 1) {
      return sum;
    }
    return switch (dtype) {
      case F32 -> Float.toHexString((float) alpha) + "f * " + sum;
      case F64 -> Double.toHexString(alpha) + " * " + sum;
      case I32, I64 -> "(%s)%dLL * %s".formatted(elementType(), (long) alpha, sum);
      case BOOL -> throw new IllegalStateException("bug: a product of bool");
    };
  }
}
