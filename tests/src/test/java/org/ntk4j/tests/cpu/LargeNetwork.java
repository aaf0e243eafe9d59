package org.ntk4j.tests.cpu;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;
import org.ntk4j.tests.Choices;

/// A network of common layers with 64 to 200 channels, drawn from a list of numbers: large enough
/// for steps in tiles, pieces and rows.
///
/// The same numbers always give the same network.
///
/// @param layers in order
/// @param head what makes the outputs of the means over positions
record LargeNetwork(long batch, long positions, long channels, List<Layer> layers, Layer head)
    implements Network {
  private static final List<Long> CHANNELS = List.of(64L, 65L, 96L, 130L, 160L, 200L);
  private static final List<Long> POSITIONS = List.of(1L, 4L, 16L, 17L, 64L);
  private static final int LAYERS_MAX = 4;
  private static final int OUTPUTS_MAX = 4;
  private static final int BATCH_MAX = 8;
  private static final double EPSILON = 1e-2;

  LargeNetwork {
    layers = List.copyOf(layers);
  }

  /// What a layer does with `[batch, positions, channels]`.
  enum Kind {
    DENSE,
    /// With the matrix transposed.
    DENSE_OUT_IN,
    TANH,
    LAYER_NORM,
    SOFTMAX,
    RESIDUAL,
    CONVOLUTION,
    ATTENTION,
    SCALE
  }

  /// @param in channels
  /// @param out channels
  record Layer(Kind kind, long in, long out) {
    /// Shapes of the parameters.
    List<Shape> parameters() {
      return switch (kind) {
        case DENSE -> List.of(Shape.of(in, out));
        case DENSE_OUT_IN -> List.of(Shape.of(out, in));
        case CONVOLUTION -> List.of(Shape.of(3, in, out));
        case LAYER_NORM -> List.of(Shape.of(in), Shape.of(in));
        case SCALE -> List.of(Shape.of(in));
        case TANH, SOFTMAX, RESIDUAL, ATTENTION -> List.of();
      };
    }

    Value apply(Value x, List<Value> own) {
      // Small enough for activations to stay of size 1.
      double scale = 1 / Math.sqrt(in);
      return switch (kind) {
        case DENSE -> x.matmul(own.getFirst()).mul(scale);
        case DENSE_OUT_IN -> x.matmul(own.getFirst().transpose()).mul(scale);
        case TANH -> x.tanh();
        case LAYER_NORM -> Functions.layerNorm(x, own.get(0), own.get(1), EPSILON, -1);
        case SOFTMAX -> Functions.softmax(x, -1).mul(Math.sqrt(in));
        case RESIDUAL -> x.add(x.sin());
        case CONVOLUTION -> convolved(x, own.getFirst()).mul(scale);
        case ATTENTION ->
            Functions.softmax(x.matmul(x.transpose(0, 2, 1)).mul(scale), -1).matmul(x);
        case SCALE -> x.mul(own.getFirst());
      };
    }

    /// Along positions, three of them at a time.
    private static Value convolved(Value x, Value w) {
      ConvDims dims = new ConvDims(0, 2, List.of(1), 1, 2, List.of(0), 0, 2, List.of(1));
      List<Long> one = List.of(1L);
      return Value.emit(new Conv(dims, one, one, one, one, one, 1, 1), x, w);
    }
  }

  /// The network that these numbers describe.
  static LargeNetwork of(List<Integer> numbers) {
    Choices c = new Choices(numbers);
    long batch = BATCH_MAX - c.next(BATCH_MAX - 1);
    long positions = c.of(POSITIONS);
    long first = c.of(CHANNELS);
    long channels = first;
    List<Layer> layers = new ArrayList<>();
    for (int left = 1 + c.next(LAYERS_MAX); left > 0; left--) {
      Kind kind = c.of(List.of(Kind.values()));
      boolean keeps = new Layer(kind, 1, 1).parameters().stream().noneMatch(s -> s.rank() > 1);
      long out = keeps ? channels : c.of(CHANNELS);
      layers.add(new Layer(kind, channels, out));
      channels = out;
    }
    Layer head = new Layer(Kind.DENSE, channels, 1 + c.next(OUTPUTS_MAX));
    return new LargeNetwork(batch, positions, first, layers, head);
  }

  /// Avals of the parameters.
  Tree<Aval> parameters(DType dtype) {
    List<Tree<Aval>> all = new ArrayList<>();
    for (Layer layer : layers) {
      layer.parameters().forEach(s -> all.add(Tree.of(new Aval(dtype, s))));
    }
    head.parameters().forEach(s -> all.add(Tree.of(new Aval(dtype, s))));
    return Tree.list(all);
  }

  /// Aval of the examples.
  Tree<Aval> examples(DType dtype) {
    return Tree.of(Aval.of(dtype, batch, positions, channels));
  }

  @Override
  public Tree<Value> apply(Tree<Value> parameters, Tree<Value> x) {
    List<Value> all = parameters.leaves();
    Value y = x.leaves().getFirst();
    int next = 0;
    for (Layer layer : layers) {
      int end = next + layer.parameters().size();
      y = layer.apply(y, all.subList(next, end));
      next = end;
    }
    return Tree.of(head.apply(y.mean(1), all.subList(next, all.size())));
  }
}
