package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ntk4j.ir.schedule.ConvProblem.Filter;
import org.ntk4j.ir.schedule.ConvProblem.Image;
import org.ntk4j.ir.schedule.ConvProblem.Kind;
import org.ntk4j.ir.schedule.View.Digit;

/// Sizes and strides of a convolution from the axes of its arrays. Digits of an index that is not
/// summed become pieces where one stride is not enough for them.
final class ConvAssembly {
  private final Kind kind;
  private final Axes x;
  private final Axes w;
  private final Axes y;
  private final List<Joint> pieces = new ArrayList<>();

  /// Axes of an array.
  ///
  /// @param first of an image the batch, of the filter the input channels
  /// @param second of an image the channels, of the filter the output channels
  record Axes(
      View view, List<Digit> group, List<Digit> first, List<Digit> second, List<Integer> spatial) {}

  ConvAssembly(Kind kind, Axes x, Axes w, Axes y) {
    this.kind = kind;
    this.x = x;
    this.w = w;
    this.y = y;
  }

  /// @param reversed whether the taps of the filter are stored last to first
  Optional<ConvForm> form(
      List<Long> strides, List<Long> dilation, List<Long> padLo, boolean reversed) {
    Optional<Joint> group = group();
    Optional<Joint> batch =
        one(x.first(), Joint.absent(size(x.first())), y.first(), kind != Kind.WEIGHT_GRADIENT);
    Optional<Joint> in =
        one(x.second(), w.first(), Joint.absent(size(x.second())), kind != Kind.FORWARD);
    Optional<Joint> out =
        one(Joint.absent(size(y.second())), w.second(), y.second(), kind != Kind.DATA_GRADIENT);
    boolean regular =
        Stream.of(x, w, y).allMatch(a -> a.spatial.stream().allMatch(k -> isRegular(a.view, k)));
    if (!regular || Stream.of(group, batch, in, out).anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    return Optional.of(
        form(
            group.orElseThrow(),
            batch.orElseThrow(),
            in.orElseThrow(),
            out.orElseThrow(),
            new Window(strides, dilation, padLo, reversed)));
  }

  private record Window(
      List<Long> strides, List<Long> dilation, List<Long> padLo, boolean reversed) {}

  private ConvForm form(Joint group, Joint batch, Joint in, Joint out, Window window) {
    List<Long> taps = new ArrayList<>();
    long last = 0;
    for (int axis : w.spatial()) {
      long stride = stride(w.view(), axis);
      taps.add(window.reversed() ? -stride : stride);
      last += window.reversed() ? (w.view().dim(axis) - 1) * stride : 0;
    }
    ConvProblem problem =
        new ConvProblem(
            kind,
            x.view().dtype(),
            pieces.stream().map(Joint::extent).toList(),
            batch.extent(),
            group.extent(),
            in.extent(),
            out.extent(),
            sizes(x),
            sizes(w),
            sizes(y),
            window.strides(),
            window.dilation(),
            window.padLo(),
            image(x, 0, batch, group, in),
            new Filter(
                ofPieces(1),
                group.strides().get(1),
                in.strides().get(1),
                out.strides().get(1),
                taps),
            image(y, 2, batch, group, out));
    return new ConvForm(problem, place(x, 0), place(w, last), place(y, 0));
  }

  private Image image(Axes a, int array, Joint batch, Joint group, Joint channel) {
    return new Image(
        ofPieces(array),
        batch.strides().get(array),
        group.strides().get(array),
        channel.strides().get(array),
        a.spatial().stream().map(k -> stride(a.view(), k)).toList());
  }

  private List<Long> ofPieces(int array) {
    return pieces.stream().map(p -> p.strides().get(array)).toList();
  }

  private static ConvForm.Place place(Axes a, long offset) {
    return new ConvForm.Place(a.view().buffer(), a.view().offset() + offset);
  }

  private static List<Long> sizes(Axes a) {
    return a.spatial().stream().map(a.view()::dim).toList();
  }

  private static long size(List<Digit> axis) {
    return axis.stream().mapToLong(Digit::extent).reduce(1, (a, b) -> a * b);
  }

  private static boolean isRegular(View v, int axis) {
    return View.merged(v.axes().get(axis)).size() <= 1;
  }

  private static long stride(View v, int axis) {
    List<Digit> digits = View.merged(v.axes().get(axis));
    return digits.isEmpty() ? 0 : digits.getFirst().stride();
  }

  /// Groups of one stride are groups, others pieces.
  private Optional<Joint> group() {
    Optional<List<Joint>> joints = Joint.of(List.of(x.group(), w.group(), y.group()));
    if (joints.isPresent() && joints.get().size() > 1) {
      pieces.addAll(joints.get());
      return Optional.of(single());
    }
    return joints.map(list -> list.isEmpty() ? single() : list.getFirst());
  }

  private static Joint single() {
    return new Joint(1, Collections.nCopies(3, 0L));
  }

  /// The digit of an index that lies closest in memory; the others are pieces, if they can be.
  private Optional<Joint> one(
      List<Digit> ofX, List<Digit> ofW, List<Digit> ofY, boolean canBePieces) {
    Optional<List<Joint>> joints = Joint.of(List.of(ofX, ofW, ofY));
    if (joints.isEmpty() || joints.get().size() > 1 && !canBePieces) {
      return Optional.empty();
    }
    List<Joint> all = joints.get();
    Joint closest =
        all.stream()
            .min(Comparator.comparingLong(j -> j.strides().stream().mapToLong(s -> s).sum()))
            .orElseGet(ConvAssembly::single);
    all.stream().filter(j -> j != closest).forEach(pieces::add);
    return Optional.of(closest);
  }
}
