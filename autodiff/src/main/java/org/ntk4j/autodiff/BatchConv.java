package org.ntk4j.autodiff;

import java.util.List;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.op.Conv;

/// [Batch] of a convolution: the examples become part of its batch, of its output features, or of
/// its groups.
final class BatchConv {
  private final BatchLanes lanes;
  private final List<BatchLane> in;

  BatchConv(BatchLanes lanes, List<BatchLane> in) {
    this.lanes = lanes;
    this.in = in;
  }

  BatchLane apply(Conv c) {
    if (!in.get(1).batched()) {
      return inputs(c);
    }
    return in.get(0).batched() ? both(c) : kernels(c);
  }

  /// One kernel, an input for each example: more elements in the batch, inside each batch group
  /// (`[g n b]`), so that element `b` of group `g` still meets the features of group `g`.
  private BatchLane inputs(Conv c) {
    Atom x = lanes.fold(in.get(0).atom(), c.dims().xBatch(), c.batchGroups());
    Atom y = lanes.b().emit(c, x, in.get(1).atom());
    return new BatchLane(lanes.unfold(y, c.dims().yBatch(), 1), true);
  }

  /// One input, a kernel for each example: more output features, inside each feature or batch group
  /// (`[g n o]`).
  private BatchLane kernels(Conv c) {
    long groups = c.featureGroups() * c.batchGroups();
    Atom w = lanes.fold(in.get(1).atom(), c.dims().wOut(), groups);
    Atom y = lanes.b().emit(c, in.get(0).atom(), w);
    return new BatchLane(lanes.unfold(y, c.dims().yFeature(), groups), true);
  }

  /// An input and a kernel for each example: a feature group (or, where there are batch groups, a
  /// batch group) for each example.
  private BatchLane both(Conv c) {
    boolean batchGroups = c.batchGroups() > 1;
    int axis = batchGroups ? c.dims().xBatch() : c.dims().xFeature();
    Atom x = lanes.fold(in.get(0).atom(), axis, 1);
    Atom w = lanes.fold(in.get(1).atom(), c.dims().wOut(), 1);
    Conv grouped =
        new Conv(
            c.dims(),
            c.strides(),
            c.padLo(),
            c.padHi(),
            c.lhsDilation(),
            c.rhsDilation(),
            batchGroups ? c.featureGroups() : c.featureGroups() * lanes.size(),
            batchGroups ? c.batchGroups() * lanes.size() : c.batchGroups());
    Atom y = lanes.b().emit(grouped, x, w);
    return new BatchLane(lanes.unfold(y, c.dims().yFeature(), 1), true);
  }
}
