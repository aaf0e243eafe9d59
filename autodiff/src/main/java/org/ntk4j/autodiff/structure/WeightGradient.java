package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.autodiff.Batched;
import org.ntk4j.autodiff.Transpose;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;

/// `G[n, t.., g, c, r..] = Σ_p x̂[n, p.., t.., g, c] A[n, p.., g, r..]`: patches and a cotangent
/// contracted over the positions, as a convolution per example. The patches are never formed.
///
/// @param patches the image
/// @param cotangent position of the other factor with the positions
/// @param rest the indices `r..`: output features and seeds
record WeightGradient(Patches patches, Dense cotangent, List<Index> rest) implements Operand {

  /// The pair that can be contracted so, if there is one: all positions must be summed, and shared
  /// by the two alone.
  static Optional<WeightGradient> of(
      Patches patches, List<? extends Operand> factors, Set<Index> out) {
    Set<Index> positions = new HashSet<>(patches.positions());
    List<? extends Operand> sharing =
        factors.stream()
            .filter(f -> f != patches && f.indices().stream().anyMatch(positions::contains))
            .toList();
    if (positions.stream().anyMatch(out::contains)
        || sharing.size() != 1
        || !(sharing.getFirst() instanceof Dense cotangent)) {
      return Optional.empty();
    }
    List<Index> rest =
        cotangent.indices().stream().filter(i -> !patches.indices().contains(i)).toList();
    boolean touchesTaps =
        cotangent.indices().stream()
            .anyMatch(i -> patches.indices().contains(i) && !outer(patches).contains(i));
    return touchesTaps
        ? Optional.empty()
        : Optional.of(new WeightGradient(patches, cotangent, rest));
  }

  private static Set<Index> outer(Patches patches) {
    Set<Index> outer = new HashSet<>(patches.positions());
    outer.addAll(patches.batch());
    outer.addAll(group(patches));
    return outer;
  }

  private static List<Index> group(Patches patches) {
    return patches.axes().get(1 + 2 * patches.spatial());
  }

  private List<Index> channels() {
    return patches.axes().get(2 + 2 * patches.spatial());
  }

  @Override
  public List<Index> indices() {
    List<Index> taps = patches.taps().stream().flatMap(List::stream).toList();
    return Dense.concat(patches.batch(), taps, channels(), group(patches), rest);
  }

  @Override
  public ContractionCost preparation(int elementBytes) {
    double batch = Index.size(patches.batch());
    double seeds = Index.size(rest);
    double taps = Index.size(indices()) / Math.max(1, batch * seeds);
    return ContractionCost.of(
        new ContractionCost.Sizes(batch, taps, seeds, Index.size(patches.positions())),
        elementBytes);
  }

  @Override
  public Dense dense(Builder b) {
    Conv conv = perExample();
    int d = patches.spatial();
    long n = Index.size(patches.batch());
    Atom image = image(b, n);
    boolean perExample = cotangent.indices().containsAll(patches.batch());
    List<Index> order = Dense.concat(patches.positions(), group(patches), rest);
    List<Index> all = perExample ? Dense.concat(patches.batch(), order) : order;
    List<Long> dims = new ArrayList<>(perExample ? List.of(n, 1L) : List.of(1L));
    patches.axes().subList(1, 1 + d).forEach(axis -> dims.add(Index.size(axis)));
    dims.add(Index.size(group(patches)) * Index.size(rest));
    Atom yBar = b.reshape(cotangent.broadcast(b, all).array(), Shape.of(dims));

    Aval x = image.aval().withShape(image.aval().shape().remove(0));
    Batched gradient = Batch.of(transposed(conv, x), n, List.of(true, perExample));
    Atom wBar = b.inline(gradient.program(), List.of(image, yBar)).getFirst();
    return new Dense(b.reshape(wBar, Dense.shape(indices())), indices());
  }

  /// `[n, 1, spatial.., feature]`.
  private Atom image(Builder b, long n) {
    ConvDims dims = patches.conv().dims();
    List<Integer> order = new ArrayList<>(List.of(dims.xBatch()));
    order.addAll(dims.xSpatial());
    order.add(dims.xFeature());
    Atom image = b.transpose(patches.x(), order);
    Shape shape = image.aval().shape();
    return b.reshape(image, Shape.of(n, 1).concat(shape.subShape(1, shape.rank())));
  }

  /// The convolution in the layout `[1, spatial.., feature]`, `[taps.., in, out]`, with `r..` as
  /// the output features of each group.
  private Conv perExample() {
    int d = patches.spatial();
    Conv c = patches.conv();
    List<Integer> spatial = IntStream.rangeClosed(1, d).boxed().toList();
    List<Integer> taps = IntStream.range(0, d).boxed().toList();
    ConvDims dims = new ConvDims(0, d + 1, spatial, d, d + 1, taps, 0, d + 1, spatial);
    return new Conv(
        dims,
        c.strides(),
        c.padLo(),
        c.padHi(),
        c.lhsDilation(),
        c.rhsDilation(),
        c.featureGroups(),
        1);
  }

  private Program transposed(Conv conv, Aval xAval) {
    List<Long> w = new ArrayList<>();
    patches.taps().forEach(axis -> w.add(Index.size(axis)));
    w.add(Index.size(channels()));
    w.add(Index.size(group(patches)) * Index.size(rest));
    Var x = new Var(xAval);
    Var kernel = new Var(new Aval(cotangent.array().aval().dtype(), Shape.of(w)));
    Builder b = new Builder();
    Atom y = b.emit(conv, x, kernel);
    return Transpose.of(b.build(List.of(x, kernel), Collections.singletonList(y)), 1);
  }
}
