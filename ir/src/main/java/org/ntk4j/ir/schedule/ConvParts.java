package org.ntk4j.ir.schedule;

import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.schedule.View.Digit;

/// The axes of a convolution's arrays with the groups, of features or of the batch, cut off.
record ConvParts(
    List<Digit> xGroup,
    List<Digit> xBatch,
    List<Digit> xFeature,
    List<Digit> wGroup,
    List<Digit> wOut,
    List<Digit> yGroup,
    List<Digit> yOut) {

  static Optional<ConvParts> of(Conv op, View x, View w, View y) {
    ConvDims d = op.dims();
    long groups = op.featureGroups() * op.batchGroups();
    List<Digit> batch = x.axes().get(d.xBatch());
    List<Digit> feature = x.axes().get(d.xFeature());
    boolean batchGroups = op.batchGroups() > 1;
    Optional<List<List<Digit>>> xCut = Joint.cut(batchGroups ? batch : feature, groups);
    Optional<List<List<Digit>>> wCut = Joint.cut(w.axes().get(d.wOut()), groups);
    Optional<List<List<Digit>>> yCut = Joint.cut(y.axes().get(d.yFeature()), groups);
    if (xCut.isEmpty() || wCut.isEmpty() || yCut.isEmpty()) {
      return Optional.empty();
    }
    List<Digit> rest = xCut.get().getLast();
    return Optional.of(
        new ConvParts(
            xCut.get().getFirst(),
            batchGroups ? rest : batch,
            batchGroups ? feature : rest,
            wCut.get().getFirst(),
            wCut.get().getLast(),
            yCut.get().getFirst(),
            yCut.get().getLast()));
  }
}
