package org.ntk4j.tests;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Pooling;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;

/// Small networks of two images of 8 × 8 elements with 3 channels. Each is written twice: with the
/// channels of images and filters before the spatial axes, and after them.
public enum ImageNetworks {
  /// Batch normalization, strides, a shortcut, the mean over the image.
  RESIDUAL(shapes("3x3x3x4 4 4 3x3x4x8 8 1x1x4x8 3x3x8x8 8x5")) {
    @Override
    Value apply(Layers net, Value x) {
      Value y = Functions.relu(net.conv(x, 1, 1).mul(net.channel()).add(net.channel()));
      Value h = Functions.relu(net.conv(y, 2, 1).add(net.channel()));
      Value shortcut = net.conv(y, 2, 1);
      Value out = Functions.relu(net.conv(h, 1, 1).add(shortcut));
      return net.meanOfImage(out).matmul(net.next());
    }
  },
  /// The largest elements of windows, then all elements in a row.
  POOLED(shapes("3x3x3x4 4 3x3x4x6 24x5")) {
    @Override
    Value apply(Layers net, Value x) {
      Value y = Functions.relu(net.conv(x, 1, 1).add(net.channel()));
      Value h = net.conv(net.pool(y).max(), 1, 1).tanh();
      return net.pool(h).mean().flattenFrom(1).matmul(net.next());
    }
  },
  /// Groups of channels, and channels alone.
  GROUPED(shapes("1x1x3x4 3x3x1x4 3x3x2x8 8x5")) {
    @Override
    Value apply(Layers net, Value x) {
      Value y = Functions.relu6(net.conv(x, 1, 1));
      Value h = Functions.relu6(net.conv(y, 2, 4));
      return net.meanOfImage(net.conv(h, 1, 2)).matmul(net.next());
    }
  },
  /// Results of several convolutions side by side, the images among them.
  CONCATENATED(shapes("3x3x3x4 3x3x7x2 3x3x9x4 4x5")) {
    @Override
    Value apply(Layers net, Value x) {
      Value y = net.beside(x, net.conv(x, 1, 1).tanh());
      Value h = net.beside(y, net.conv(y, 1, 1).tanh());
      return net.meanOfImage(net.conv(h, 1, 1).tanh()).matmul(net.next());
    }
  };

  private static final long EXAMPLES = 2;
  private static final long SIZE = 8;
  private static final Padding BORDER = Padding.of(List.of(1L, 1L), List.of(1L, 1L));

  /// Of the parameters with channels last.
  private final List<Shape> parameters;

  ImageNetworks(List<Shape> parameters) {
    this.parameters = parameters;
  }

  private static List<Shape> shapes(String text) {
    return Arrays.stream(text.split(" "))
        .map(shape -> Shape.of(Arrays.stream(shape.split("x")).map(Long::valueOf).toList()))
        .toList();
  }

  abstract Value apply(Layers net, Value x);

  /// The program of its kernel.
  public Program kernel(DType dtype, boolean channelsFirst, Implementation implementation) {
    Network network =
        (p, x) -> {
          Layers net = new Layers(channelsFirst, p.leaves().iterator());
          return Tree.of(apply(net, x.leaves().getFirst()));
        };
    List<Tree<Aval>> params =
        parameters.stream()
            .map(s -> channelsFirst && s.rank() == 4 ? s.permute(List.of(3, 2, 0, 1)) : s)
            .map(s -> Tree.of(new Aval(dtype, s)))
            .toList();
    Shape images =
        channelsFirst ? Shape.of(EXAMPLES, 3, SIZE, SIZE) : Shape.of(EXAMPLES, SIZE, SIZE, 3);
    Ntk ntk = Ntk.of(network).traceAxes().implementation(implementation).build();
    return ntk.program(Tree.of(new Aval(dtype, images)), Tree.list(params));
  }

  /// Layers that take their parameters one after the other.
  record Layers(boolean first, Iterator<Value> parameters) {
    Value next() {
      return parameters.next();
    }

    Value conv(Value x, long stride, long groups) {
      Value w = next();
      Padding border = w.dim(first ? 2 : 0) == 1 ? Padding.VALID : BORDER;
      var conv = x.conv(w).strides(stride, stride).groups(groups).padding(border);
      return first ? conv.channelsFirst().value() : conv.value();
    }

    /// A number for each channel.
    Value channel() {
      Value v = next();
      return first ? v.reshape(v.dim(0), 1, 1) : v;
    }

    Pooling pool(Value x) {
      Pooling pooling = x.pool(2, 2).strides(2, 2);
      return first ? pooling.channelsFirst() : pooling;
    }

    Value meanOfImage(Value x) {
      return first ? x.mean(2, 3) : x.mean(1, 2);
    }

    Value beside(Value x, Value y) {
      return Functions.concatenate(first ? 1 : 3, x, y);
    }
  }
}
