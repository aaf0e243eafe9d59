package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/// Which tiles cover a kernel.
///
/// @param sizes of one tile
/// @param first examples of the first side
/// @param second examples of the second side
/// @param paired whether both sides share the examples, so that each meets only itself
/// @param cut the output axis that is cut too, if one is
/// @param symmetric whether tiles below the diagonal are mirror images
record TileGrid(
    TileSizes sizes,
    long first,
    long second,
    boolean paired,
    Optional<CutAxis> cut,
    boolean symmetric) {

  /// An output axis computed in pieces.
  ///
  /// @param output number of the output
  /// @param size elements of all of it
  /// @param unified whether both sides share the axis, so that pieces meet themselves only
  /// @param traced whether it is summed over
  record CutAxis(int output, int axis, long size, boolean unified, boolean traced) {}

  /// Indices `start .. start + size`, of which those before `fresh` belong to the range before.
  record Range(long start, long fresh, long size) {
    /// How many are its own.
    long count() {
      return start + size - fresh;
    }
  }

  /// What one side of a tile covers.
  record Part(Range examples, Optional<Range> outputs) {}

  /// Parts that meet: each of `rows` with each of `columns`.
  record Group(List<Part> rows, List<Part> columns) {
    Group {
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
    }
  }

  /// `0 .. all` in ranges of one size; the last overlaps the one before if they do not divide it.
  static List<Range> ranges(long all, long size) {
    return LongStream.range(0, (all + size - 1) / size)
        .mapToObj(k -> new Range(Math.min(k * size, all - size), k * size, size))
        .toList();
  }

  /// The axis cut, with the size of a piece.
  Optional<OutputChunk> chunk() {
    return cut.map(c -> new OutputChunk(c.output(), c.axis(), sizes.outputs().orElseThrow()));
  }

  List<Group> groups() {
    List<Range> rows = ranges(first, sizes.rows());
    if (paired) {
      return rows.stream().flatMap(r -> groups(List.of(r), List.of(r)).stream()).toList();
    }
    return groups(rows, ranges(second, sizes.columns()));
  }

  private List<Group> groups(List<Range> rows, List<Range> columns) {
    if (cut.isEmpty()) {
      return List.of(new Group(whole(rows), whole(columns)));
    }
    List<Range> pieces = ranges(cut.get().size(), sizes.outputs().orElseThrow());
    if (!cut.get().unified()) {
      return List.of(new Group(parts(rows, pieces), parts(columns, pieces)));
    }
    return pieces.stream()
        .map(piece -> new Group(parts(rows, List.of(piece)), parts(columns, List.of(piece))))
        .toList();
  }

  private static List<Part> whole(List<Range> examples) {
    return examples.stream().map(r -> new Part(r, Optional.empty())).toList();
  }

  private static List<Part> parts(List<Range> examples, List<Range> pieces) {
    List<Part> parts = new ArrayList<>();
    examples.forEach(r -> pieces.forEach(piece -> parts.add(new Part(r, Optional.of(piece)))));
    return parts;
  }
}
