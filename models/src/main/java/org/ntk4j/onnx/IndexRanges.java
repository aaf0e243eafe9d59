package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Where a network looks up what its data say, and the lowest and highest index that it meets.
///
/// In the program itself an index out of range reads 0 and writes nothing: programs have no errors.
final class IndexRanges {
  /// @param size of the axis that is indexed
  private record Place(String where, long size) {}

  private final List<Place> places = new ArrayList<>();
  private final List<Value> ranges = new ArrayList<>();

  /// Takes down that `ids` index an axis of `size`.
  void add(String where, Value ids, long size) {
    if (ids.size() > 0) {
      Value wide = ids.cast(DType.I64).flatten();
      places.add(new Place(where, size));
      ranges.add(Functions.stack(0, wide.min(0), wide.max(0)));
    }
  }

  /// `[lowest, highest]` of each place.
  List<Value> values() {
    return List.copyOf(ranges);
  }

  /// The places where an index is out of range, a line each.
  ///
  /// @param found what [#values] are; perhaps for several examples
  List<String> wrong(List<Tensor> found) {
    List<String> lines = new ArrayList<>();
    for (int k = 0; k < found.size(); k++) {
      Place place = places.get(k);
      for (long id : found.get(k).toLongs()) {
        if (id < -place.size() || id >= place.size()) {
          lines.add(
              "%s: index %d is out of range; expected %d to %d"
                  .formatted(place.where(), id, -place.size(), place.size() - 1));
          break;
        }
      }
    }
    return lines.stream().distinct().toList();
  }
}
