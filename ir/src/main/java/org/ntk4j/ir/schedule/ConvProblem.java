package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;

/// The convolution `Y[z, n, p, g, o] = Σ_{t, i} X[z, n, strides p + dilation t - padLo, g, i] W[z,
/// t, g, i, o]`, or one of its adjoints, for each piece `z`.
///
/// @param kind which of the three arrays is computed
/// @param dtype `f32` or `f64`
/// @param pieces sizes of the dimensions of `z`; may be empty
/// @param batch size of `n`
/// @param groups size of `g`
/// @param in size of `i`: input channels of a group
/// @param out size of `o`: output channels of a group
/// @param inSpatial sizes of `X` in space, 1 to 3
/// @param kernel sizes of `t`
/// @param outSpatial sizes of `p`
/// @param padLo zeros before `X`; may be negative. As many follow it as the other sizes need
/// @param x where `X` is
/// @param w where `W` is
/// @param y where `Y` is
public record ConvProblem(
    Kind kind,
    DType dtype,
    List<Long> pieces,
    long batch,
    long groups,
    long in,
    long out,
    List<Long> inSpatial,
    List<Long> kernel,
    List<Long> outSpatial,
    List<Long> strides,
    List<Long> dilation,
    List<Long> padLo,
    Image x,
    Filter w,
    Image y) {

  /// Which array is computed.
  public enum Kind {
    /// `Y` of `X` and `W`.
    FORWARD,
    /// `X` of `Y` and `W`: `X[q] = Σ W[t] Y[p]` over all `p`, `t` that read `q`.
    DATA_GRADIENT,
    /// `W` of `X` and `Y`: `W[t] = Σ_{n, p} X[n, strides p + dilation t - padLo] Y[n, p]`.
    WEIGHT_GRADIENT
  }

  /// Strides in elements of `X` or `Y`. Those of what is read may be 0.
  public record Image(List<Long> pieces, long batch, long group, long channel, List<Long> spatial) {
    /// Copies the lists.
    public Image {
      pieces = List.copyOf(pieces);
      spatial = List.copyOf(spatial);
    }

    /// `[batch, spatial.., group, channel]`, without pieces.
    public static Image channelsLast(long groups, long channels, List<Long> spatial) {
      Long[] strides = new Long[spatial.size()];
      long stride = groups * channels;
      for (int d = strides.length - 1; d >= 0; d--) {
        strides[d] = stride;
        stride *= spatial.get(d);
      }
      return new Image(List.of(), stride, channels, 1, List.of(strides));
    }

    /// This for pieces with these strides.
    public Image withPieces(List<Long> other) {
      return new Image(other, batch, group, channel, spatial);
    }
  }

  /// Strides in elements of `W`. Those of what is read may be 0, and those of its taps negative:
  /// from the last tap to the first.
  public record Filter(List<Long> pieces, long group, long in, long out, List<Long> taps) {
    /// Copies the lists.
    public Filter {
      pieces = List.copyOf(pieces);
      taps = List.copyOf(taps);
    }

    /// This for pieces with these strides.
    public Filter withPieces(List<Long> other) {
      return new Filter(other, group, in, out, taps);
    }
  }

  /// Copies the lists, and checks.
  public ConvProblem {
    pieces = List.copyOf(pieces);
    inSpatial = List.copyOf(inSpatial);
    kernel = List.copyOf(kernel);
    outSpatial = List.copyOf(outSpatial);
    strides = List.copyOf(strides);
    dilation = List.copyOf(dilation);
    padLo = List.copyOf(padLo);
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException("convolution of " + dtype + "; expected f32 or f64");
    }
    int d = kernel.size();
    for (List<Long> each :
        List.of(
            inSpatial, outSpatial, strides, dilation, padLo, x.spatial(), y.spatial(), w.taps())) {
      if (each.size() != d) {
        throw new IllegalArgumentException(each + "; expected one for each size of " + kernel);
      }
    }
    for (List<Long> each : List.of(x.pieces(), y.pieces(), w.pieces())) {
      if (each.size() != pieces.size()) {
        throw new IllegalArgumentException(each + "; expected one for each size of " + pieces);
      }
    }
  }

  /// This with one more dimension of pieces.
  ///
  /// @param count its size
  /// @param ofX its stride in `X`
  /// @param ofW its stride in `W`
  /// @param ofY its stride in `Y`
  public ConvProblem withPieces(long count, long ofX, long ofW, long ofY) {
    return withPieces(
        with(pieces, count),
        x.withPieces(with(x.pieces, ofX)),
        w.withPieces(with(w.pieces, ofW)),
        y.withPieces(with(y.pieces, ofY)));
  }

  private static List<Long> with(List<Long> list, long last) {
    List<Long> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }

  /// This without the dimensions of pieces of which there is one.
  public ConvProblem withoutSinglePieces() {
    return withPieces(
        several(pieces),
        x.withPieces(several(x.pieces)),
        w.withPieces(several(w.pieces)),
        y.withPieces(several(y.pieces)));
  }

  private List<Long> several(List<Long> list) {
    return IntStream.range(0, pieces.size())
        .filter(d -> pieces.get(d) != 1)
        .mapToObj(list::get)
        .toList();
  }

  private ConvProblem withPieces(List<Long> sizes, Image ofX, Filter ofW, Image ofY) {
    return with(sizes, groups, in, out, inSpatial, strides, padLo, ofX, ofW, ofY);
  }

  /// This with other numbers of groups and of channels.
  public ConvProblem withChannels(long newGroups, long newIn, long newOut) {
    return with(pieces, newGroups, newIn, newOut, inSpatial, strides, padLo, x, w, y);
  }

  /// This for other positions of `X`.
  public ConvProblem withSpatial(
      List<Long> newInSpatial, List<Long> newStrides, List<Long> newPadLo) {
    return with(pieces, groups, in, out, newInSpatial, newStrides, newPadLo, x, w, y);
  }

  /// This with `W` elsewhere.
  public ConvProblem withFilter(Filter elsewhere) {
    return withPieces(pieces, x, elsewhere, y);
  }

  private ConvProblem with(
      List<Long> newPieces,
      long newGroups,
      long newIn,
      long newOut,
      List<Long> newInSpatial,
      List<Long> newStrides,
      List<Long> newPadLo,
      Image newX,
      Filter newW,
      Image newY) {
    return new ConvProblem(
        kind,
        dtype,
        newPieces,
        batch,
        newGroups,
        newIn,
        newOut,
        newInSpatial,
        kernel,
        outSpatial,
        newStrides,
        dilation,
        newPadLo,
        newX,
        newW,
        newY);
  }

  /// Number of spatial dimensions.
  public int spatial() {
    return kernel.size();
  }

  /// Number of pieces.
  public long pieceCount() {
    return product(pieces);
  }

  /// Multiplications, those with padding included.
  public double multiplications() {
    double each = (double) product(kernel) * product(outSpatial) * in * out;
    return each * groups * batch * pieceCount();
  }

  /// The product of sizes.
  public static long product(List<Long> sizes) {
    return sizes.stream().reduce(1L, Math::multiplyExact);
  }
}
