package org.ntk4j.ir.op;

import java.util.List;

/// Which axis of a convolution's operands and result plays which part.
///
/// `x` has a batch, a feature and the spatial axes; `w` an input-feature, an output-feature and the
/// spatial axes; `y` a batch, a feature and the spatial axes. The lists are in the same spatial order.
public record ConvDims(
    int xBatch,
    int xFeature,
    List<Integer> xSpatial,
    int wIn,
    int wOut,
    List<Integer> wSpatial,
    int yBatch,
    int yFeature,
    List<Integer> ySpatial) {}
