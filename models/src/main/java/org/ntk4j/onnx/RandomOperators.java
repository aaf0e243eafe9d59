package org.ntk4j.onnx;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Sample;
import org.ntk4j.ir.trace.Value;

/// Random numbers, as functions of a seed.
///
/// The distributions are those that ONNX describes; the bits are those of our own generator, since
/// ONNX prescribes none. A network in `f32` draws the numbers that it draws in `f64`, rounded, so
/// that it is the same network.
final class RandomOperators {
  static final List<Operator> LIST =
      List.of(
          random("RandomUniform", RandomOperators::uniform),
          random("RandomNormal", RandomOperators::normal),
          random("RandomUniformLike", RandomOperators::uniform),
          random("RandomNormalLike", RandomOperators::normal),
          Operator.single("Bernoulli", 15, RandomOperators::bernoulli)
              .refusing(a -> problem(a).or(() -> a.dtypeProblem("dtype"))),
          Operator.single("Multinomial", 7, RandomOperators::multinomial)
              .refusing(a -> problem(a).or(() -> a.dtypeProblem("dtype"))),
          Operator.of("Dropout", LegacyOperators.LAST, n -> dropped(n, attributeRatio(n)))
              .refusing(a -> a.flag("is_test", false) ? Optional.empty() : problem(a)),
          Operator.of("Dropout", 7, n -> kept(n)),
          Operator.of("Dropout", 12, RandomOperators::dropout)
              .steering(1, 2)
              .refusingInputs((a, in) -> isDropping(in) ? problem(a) : Optional.empty()));

  private static final double TWO_TO_24 = 0x1p24;

  private RandomOperators() {}

  /// What draws numbers of this dtype and shape from a key.
  @FunctionalInterface
  private interface Draw {
    Value apply(Node node, DType dtype, Shape shape);
  }

  private static Operator random(String name, Draw draw) {
    return Operator.single(
            name,
            1,
            node -> {
              Attributes a = node.attributes();
              boolean like = name.endsWith("Like");
              DType own = like ? node.input(0).dtype() : a.floats();
              List<Long> dims =
                  like ? node.input(0).shape().dims() : a.required("shape", a.integers("shape"));
              return draw.apply(node, a.dtype("dtype").orElse(own), Shape.of(dims));
            })
        .refusing(a -> problem(a).or(() -> a.dtypeProblem("dtype")));
  }

  /// Why a node cannot draw, if so.
  private static Optional<String> problem(Attributes a) {
    if (a.seed().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        a.isRepeated()
            ? "random numbers in a loop, of which every iteration has its own; not supported"
            : "random numbers without a seed; expected an attribute seed, or a seed for the"
                + " import");
  }

  private static Value key(Node node) {
    OptionalLong seed = node.attributes().seed();
    if (seed.isEmpty()) {
      throw node.error("is " + problem(node.attributes()).orElse("random"));
    }
    return node.constant(Tensor.of(new long[] {seed.getAsLong()}).reshape(Shape.SCALAR));
  }

  private static Value uniform(Node node, DType dtype, Shape shape) {
    Attributes a = node.attributes();
    double low = a.number("low", 0);
    Value unit = unit(node, shape);
    // Rounded towards 0, so that `high` is never reached.
    Value drawn = dtype == DType.F32 ? unit.mul(TWO_TO_24).floor().mul(1 / TWO_TO_24) : unit;
    return drawn.cast(dtype).mul(a.number("high", 1) - low).add(low);
  }

  /// Uniform numbers in `[0, 1)`, in `f64`.
  private static Value unit(Node node, Shape shape) {
    return Sample.uniform(key(node), DType.F64, shape);
  }

  private static Value normal(Node node, DType dtype, Shape shape) {
    Attributes a = node.attributes();
    Value drawn = Sample.normal(key(node), DType.F64, shape).cast(dtype);
    return drawn.mul(a.number("scale", 1)).add(a.number("mean", 0));
  }

  private static Value bernoulli(Node node) {
    Value x = node.value(0);
    DType dtype = node.attributes().dtype("dtype").orElse(x.dtype());
    return unit(node, x.shape()).lt(x.cast(DType.F64)).cast(dtype);
  }

  /// `y[n, s]` is the class whose part of `[0, 1)` holds a uniform number; operand `[n, classes]`
  /// of logarithms of weights.
  private static Value multinomial(Node node) {
    Value x = node.value(0);
    if (x.rank() != 2 || x.dim(1) < 1) {
      throw node.error("is given %s; expected [examples, classes]".formatted(x.aval()));
    }
    Attributes a = node.attributes();
    long samples = a.integer("sample_size", 1);
    Value ends = Functions.softmax(x.cast(DType.F64), 1).cumsum(1).slice(1, 0, x.dim(1) - 1);
    Value drawn = unit(node, Shape.of(x.dim(0), samples));
    Value passed = drawn.expandDims(2).ge(ends.expandDims(1));
    DType dtype = a.dtype("dtype").orElse(DType.I32);
    return passed.cast(dtype).sum(2);
  }

  private static double attributeRatio(Node node) {
    return node.attributes().flag("is_test", false) ? 0 : node.attributes().number("ratio", 0.5);
  }

  private static List<Operand> dropout(Node node) {
    boolean training = node.optionalInput(2).map(t -> t.integer() != 0).orElse(false);
    double ratio = node.optionalInput(1).map(Operand::number).orElse(0.5);
    return training ? dropped(node, ratio) : kept(node);
  }

  /// Whether a node is known to be in training mode, and to drop anything.
  private static boolean isDropping(IntFunction<Optional<Tensor>> inputs) {
    return inputs.apply(2).filter(t -> t.size() == 1 && t.getLong(0) != 0).isPresent()
        && inputs.apply(1).filter(t -> t.size() == 1 && t.getDouble(0) == 0).isEmpty();
  }

  private static List<Operand> kept(Node node) {
    Operand x = node.input(0);
    return List.of(x, Operand.of(mask(node, x, node.full(DType.BOOL, x.shape(), 1))));
  }

  private static List<Operand> dropped(Node node, double ratio) {
    if (!(ratio >= 0 && ratio < 1)) {
      throw node.error("has ratio " + ratio + "; expected a number from 0 to below 1");
    }
    if (ratio == 0) {
      return kept(node);
    }
    Operand x = node.input(0);
    Value kept = unit(node, x.shape()).ge(ratio);
    Value y = kept.where(x.value().mul(1 / (1 - ratio)), 0);
    return List.of(Operand.of(y), Operand.of(mask(node, x, kept)));
  }

  /// Before opset 10 a mask has the dtype of the operand.
  private static Value mask(Node node, Operand x, Value kept) {
    return node.opset() < 10 ? kept.cast(x.dtype()) : kept;
  }
}
