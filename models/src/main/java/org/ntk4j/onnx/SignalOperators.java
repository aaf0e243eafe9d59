package org.ntk4j.onnx;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Fourier transforms, as products with their matrices, and what is made for spectra.
final class SignalOperators {
  private static final double HAMMING = 25.0 / 46;

  static final List<Operator> LIST =
      List.of(
          Operator.single("DFT", 17, n -> dft(n, n.attributes().integer("axis", 1))).steering(1),
          Operator.single(
                  "DFT", 20, n -> dft(n, n.optionalInput(2).map(Operand::integer).orElse(-2L)))
              .steering(1, 2),
          Operator.single("STFT", 17, SignalOperators::stft).steering(1, 2, 3),
          window("HannWindow", t -> 0.5 - 0.5 * Math.cos(t)),
          window("HammingWindow", t -> HAMMING - (1 - HAMMING) * Math.cos(t)),
          window("BlackmanWindow", t -> 0.42 - 0.5 * Math.cos(t) + 0.08 * Math.cos(2 * t)),
          Operator.of("MelWeightMatrix", 17, SignalOperators::mel).steering(0, 1, 2, 3, 4));

  private SignalOperators() {}

  private static Operator window(String name, DoubleUnaryOperator fn) {
    return Operator.of(
            name,
            17,
            node -> {
              long size = node.input(0).integer();
              boolean periodic = node.attributes().flag("periodic", true);
              DType dtype = node.attributes().dtype("output_datatype").orElse(DType.F32);
              Tensor values = Tensor.zeros(dtype, Shape.of(size));
              double period = periodic ? size : size - 1;
              for (long i = 0; i < size; i++) {
                values.setDouble(i, fn.applyAsDouble(2 * Math.PI * i / period));
              }
              return List.of(Operand.known(values));
            })
        .steering(0);
  }

  private static Value dft(Node node, long axis) {
    Value x = node.value(0);
    int counted = node.axis(axis, x.rank() - 1);
    boolean inverse = node.attributes().flag("inverse", false);
    boolean oneSided = node.attributes().flag("onesided", false);
    long given = inverse && oneSided ? 2 * (x.dim(counted) - 1) : x.dim(counted);
    long length = node.optionalInput(1).map(Operand::integer).orElse(given);
    return transform(node, x, counted, length, inverse, oneSided);
  }

  /// The transform of `x` `[.., n, .., 1 or 2]` (real and imaginary part last) along `axis`.
  private static Value transform(
      Node node, Value x, int axis, long length, boolean inverse, boolean oneSided) {
    long half = length / 2 + 1;
    boolean toReal = inverse && oneSided;
    long in = Math.min(x.dim(axis), toReal ? half : length);
    long out = oneSided && !inverse ? half : length;
    Tensor cos = Tensor.zeros(x.dtype(), Shape.of(out, in));
    Tensor sin = Tensor.zeros(x.dtype(), Shape.of(out, in));
    for (long k = 0; k < out; k++) {
      for (long t = 0; t < in; t++) {
        double angle = 2 * Math.PI * Math.floorMod(k * t, length) / length;
        boolean twice = toReal && t > 0 && 2 * t != length;
        double weight = (inverse ? 1.0 / length : 1) * (twice ? 2 : 1);
        cos.setDouble(k * in + t, weight * Math.cos(angle));
        sin.setDouble(k * in + t, weight * (inverse ? 1 : -1) * Math.sin(angle));
      }
    }
    Value moved = x.slice(axis, 0, in).moveAxis(axis, -1);
    int parts = moved.rank() - 2;
    Value c = node.constant(cos);
    Value s = node.constant(sin);
    Value re = moved.get(parts, 0);
    Optional<Value> im = x.dim(-1) == 2 ? Optional.of(moved.get(parts, 1)) : Optional.empty();
    Value realPart = product(re, c);
    Value real = im.map(i -> realPart.sub(product(i, s))).orElse(realPart);
    if (toReal) {
      return real.moveAxis(-1, axis).expandDims(-1);
    }
    Value imaginaryPart = product(re, s);
    Value imaginary = im.map(i -> imaginaryPart.add(product(i, c))).orElse(imaginaryPart);
    return Functions.stack(-1, real.moveAxis(-1, axis), imaginary.moveAxis(-1, axis));
  }

  private static Value product(Value x, Value matrix) {
    return Functions.einsum("...t,kt->...k", x, matrix);
  }

  private static Value stft(Node node) {
    Value x = node.value(0);
    if (x.rank() != 3) {
      throw node.error("signal %s; expected [batch, length, 1 or 2]".formatted(x.aval()));
    }
    long step = node.input(1).integer();
    Optional<Value> window = node.optionalValue(2);
    long stated = window.map(w -> w.dim(0)).orElse(x.dim(1));
    long length = node.optionalInput(3).map(Operand::integer).orElse(stated);
    if (step < 1 || length < 1 || length > x.dim(1)) {
      throw node.error("frames of %d every %d of %s".formatted(length, step, x.aval()));
    }
    long frames = 1 + (x.dim(1) - length) / step;
    Tensor ids = Tensor.zeros(DType.I64, Shape.of(frames, length));
    for (long i = 0; i < ids.size(); i++) {
      ids.setLong(i, i / length * step + i % length);
    }
    Value cut = x.gather(node.constant(ids), 1);
    Value weighted = window.map(w -> cut.mul(w.expandDims(-1))).orElse(cut);
    boolean oneSided = node.attributes().flag("onesided", true);
    return transform(node, weighted, 2, length, false, oneSided);
  }

  /// Triangles that are equally wide on the mel scale, `[dft_length / 2 + 1, bins]`.
  private static List<Operand> mel(Node node) {
    int bins = Math.toIntExact(node.input(0).integer());
    long length = node.input(1).integer();
    double rate = node.input(2).number();
    double low = mel(node.input(3).number());
    double step = (mel(node.input(4).number()) - low) / (bins + 2);
    long[] edges = new long[bins + 2];
    for (int i = 0; i < edges.length; i++) {
      double hertz = 700 * Math.expm1((i * step + low) / 2595 * Math.log(10));
      edges[i] = (long) Math.floor((length + 1) * hertz / rate);
    }
    DType dtype = node.attributes().dtype("output_datatype").orElse(DType.F32);
    Tensor weights = Tensor.zeros(dtype, Shape.of(length / 2 + 1, bins));
    for (int i = 0; i < bins; i++) {
      long rise = edges[i + 1] - edges[i];
      long fall = edges[i + 2] - edges[i + 1];
      for (long j = edges[i]; j <= edges[i + 1]; j++) {
        double weight = rise == 0 ? 1 : (double) (j - edges[i]) / rise;
        weights.setDouble(j * bins + i, weight);
      }
      for (long j = edges[i + 1]; j < edges[i + 2]; j++) {
        weights.setDouble(j * bins + i, (double) (edges[i + 2] - j) / fall);
      }
    }
    return List.of(Operand.known(weights));
  }

  private static double mel(double hertz) {
    return 2595 * Math.log1p(hertz / 700) / Math.log(10);
  }
}
