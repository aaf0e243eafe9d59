package org.ntk4j.ir.op;

import java.util.List;
import java.util.stream.IntStream;

/// Which axis of a convolution's operands and result plays which part.
///
/// `x` has a batch, a feature and the spatial axes; `w` an input-feature, an output-feature and the
/// spatial axes; `y` a batch, a feature and the spatial axes. The lists are in the same spatial
/// order.
public record ConvDims(
    int xBatch,
    int xFeature,
    List<Integer> xSpatial,
    int wIn,
    int wOut,
    List<Integer> wSpatial,
    int yBatch,
    int yFeature,
    List<Integer> ySpatial) {
  /// Copies the lists.
  public ConvDims {
    xSpatial = List.copyOf(xSpatial);
    wSpatial = List.copyOf(wSpatial);
    ySpatial = List.copyOf(ySpatial);
  }

  /// `x` `[batch, spatial.., in]`, `w` `[spatial.., in, out]`, `y` `[batch, spatial.., out]`.
  public static ConvDims channelsLast(int spatial) {
    List<Integer> inner = range(1, spatial);
    return new ConvDims(
        0, spatial + 1, inner, spatial, spatial + 1, range(0, spatial), 0, spatial + 1, inner);
  }

  /// `x` `[batch, in, spatial..]`, `w` `[out, in, spatial..]`, `y` `[batch, out, spatial..]`.
  public static ConvDims channelsFirst(int spatial) {
    List<Integer> last = range(2, spatial);
    return new ConvDims(0, 1, last, 1, 0, last, 0, 1, last);
  }

  /// Number of spatial dimensions.
  public int spatial() {
    return xSpatial.size();
  }

  private static List<Integer> range(int from, int count) {
    return IntStream.range(from, from + count).boxed().toList();
  }
}
