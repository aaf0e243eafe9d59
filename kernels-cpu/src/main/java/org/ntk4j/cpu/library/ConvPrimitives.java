package org.ntk4j.cpu.library;

import static org.ntk4j.cpu.library.NativeFunctions.INT;
import static org.ntk4j.cpu.library.NativeFunctions.LONG;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ntk4j.ir.schedule.ConvProblem;

/// Convolution primitives of oneDNN.
final class ConvPrimitives {
  private static final NativeFunctions LIBRARY = OneDnn.library();
  private static final MethodHandle FORWARD =
      LIBRARY.function(
          "dnnl_convolution_forward_primitive_desc_create",
          LONG,
          LONG,
          INT,
          INT,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG);
  private static final MethodHandle BACKWARD_DATA =
      LIBRARY.function(
          "dnnl_convolution_backward_data_primitive_desc_create",
          LONG,
          LONG,
          INT,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG);
  private static final MethodHandle BACKWARD_WEIGHTS =
      LIBRARY.function(
          "dnnl_convolution_backward_weights_primitive_desc_create",
          LONG,
          LONG,
          INT,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG,
          LONG);

  private static final int FORWARD_TRAINING = 64;
  private static final int DIRECT = 1;
  private static final int X = 1;
  private static final int W = 33;
  private static final int Y = 17;
  private static final int X_GRADIENT = 129;
  private static final int W_GRADIENT = 161;
  private static final int Y_GRADIENT = 145;
  private static final long NONE = 0;

  private final ConvGeometry geometry;

  ConvPrimitives(ConvGeometry geometry) {
    this.geometry = geometry;
  }

  /// A primitive for `count` images, whose arguments are `X`, `W` and `Y` in this order; none if
  /// oneDNN has no fast one.
  ///
  /// @param x descriptor of `X`, as are the others
  Optional<OneDnnPrimitive> of(long x, long w, long y) {
    OptionalLong found = OneDnnObjects.fast(descriptor(x, w, y));
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(new OneDnnPrimitive(found.getAsLong(), arguments()));
  }

  private List<Integer> arguments() {
    return switch (geometry.problem().kind()) {
      case FORWARD -> List.of(X, W, Y);
      case DATA_GRADIENT -> List.of(X_GRADIENT, W, Y_GRADIENT);
      case WEIGHT_GRADIENT -> List.of(X, W_GRADIENT, Y_GRADIENT);
    };
  }

  private OptionalLong descriptor(long x, long w, long y) {
    ConvProblem.Kind kind = geometry.problem().kind();
    try (Arena arena = Arena.ofConfined()) {
      Window window = Window.of(arena, geometry);
      OptionalLong forward = forward(x, w, y, window);
      if (kind == ConvProblem.Kind.FORWARD || forward.isEmpty()) {
        return forward;
      }
      try {
        return kind == ConvProblem.Kind.DATA_GRADIENT
            ? backwardData(x, w, y, window, forward.getAsLong())
            : backwardWeights(x, w, y, window, forward.getAsLong());
      } finally {
        OneDnnObjects.destroyPrimitiveDescriptor(forward.getAsLong());
      }
    }
  }

  /// The sizes of the window, as oneDNN takes them: a dilation of 0 is none.
  private record Window(long strides, long dilation, long padLo, long padHi) {
    static Window of(Arena arena, ConvGeometry g) {
      ConvProblem p = g.problem();
      List<Long> dilation = p.dilation().stream().map(d -> d - 1).toList();
      return new Window(
          OneDnnObjects.array(arena, p.strides()),
          OneDnnObjects.array(arena, dilation),
          OneDnnObjects.array(arena, p.padLo()),
          OneDnnObjects.array(arena, g.padHi()));
    }
  }

  private static OptionalLong forward(long x, long w, long y, Window v) {
    long engine = OneDnnObjects.ENGINE;
    long attributes = OneDnnObjects.OUR_SCRATCHPAD;
    return OneDnn.handle(at ->
        (int)
            FORWARD.invokeExact(
                at,
                engine,
                FORWARD_TRAINING,
                DIRECT,
                x,
                w,
                NONE,
                y,
                v.strides,
                v.dilation,
                v.padLo,
                v.padHi,
                attributes));
  }

  private static OptionalLong backwardData(long x, long w, long y, Window v, long forward) {
    long engine = OneDnnObjects.ENGINE;
    long attributes = OneDnnObjects.OUR_SCRATCHPAD;
    return OneDnn.handle(at ->
        (int)
            BACKWARD_DATA.invokeExact(
                at,
                engine,
                DIRECT,
                x,
                w,
                y,
                v.strides,
                v.dilation,
                v.padLo,
                v.padHi,
                forward,
                attributes));
  }

  private static OptionalLong backwardWeights(long x, long w, long y, Window v, long forward) {
    long engine = OneDnnObjects.ENGINE;
    long attributes = OneDnnObjects.OUR_SCRATCHPAD;
    return OneDnn.handle(at ->
        (int)
            BACKWARD_WEIGHTS.invokeExact(
                at,
                engine,
                DIRECT,
                x,
                w,
                NONE,
                y,
                v.strides,
                v.dilation,
                v.padLo,
                v.padHi,
                forward,
                attributes));
  }
}
