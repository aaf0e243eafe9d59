package org.ntk4j.tests.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.onnx.OnnxException;
import org.ntk4j.onnx.OnnxOptions;

/// Derivatives of an imported model in `f64` against central differences, at a point near the
/// test's own inputs.
///
/// Forward mode: `J v` for random `v`, every element of it. Reverse mode: elements of `Jᵀ w` for
/// random `w`, each against the difference of `⟨w, f⟩` along one coordinate. A point where the
/// differences of two step sizes disagree is near a kink, or outside of the domain; then others are
/// tried.
final class DerivativeCheck {
  /// What came of a test.
  sealed interface Outcome {
    /// Derivatives equal differences.
    ///
    /// @param zero whether all of them are 0
    record Agrees(boolean zero) implements Outcome {}

    /// There is nothing to differentiate, or nothing to differentiate by.
    record None() implements Outcome {}

    /// No point was found where differences can be trusted.
    record NoPoint() implements Outcome {}

    /// The model cannot be imported so.
    record Refused(String message) implements Outcome {}

    /// Derivatives differ from differences, or fail.
    record Wrong(String message) implements Outcome {}
  }

  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;

  /// Larger values swallow the steps: outputs are not compared, inputs not started from.
  private static final double LARGE = 1e6;

  /// Coordinates of `Jᵀ w` that are compared, at most.
  private static final int COORDINATES = 24;

  /// Inputs of as many elements are compared at a few.
  private static final long MANY = 100_000;

  private static final int FEW = 3;

  /// Shifts of the point, relative to its elements and absolute.
  private static final double[] SHIFTS = {0.02, -0.02, 1e-3, 0};

  private final Program f;
  private final Program jvp;
  private final Program vjp;
  private final List<Integer> active;
  private final List<Integer> results;

  private DerivativeCheck(ImportedCase imported) {
    f = imported.program();
    List<Boolean> flags = imported.active();
    jvp = Derivatives.jvp(f, flags);
    vjp = Derivatives.vjp(f, flags);
    active = IntStream.range(0, flags.size()).filter(flags::get).boxed().toList();
    List<Aval> outputs = f.outputAvals();
    results =
        IntStream.range(0, outputs.size())
            .filter(i -> outputs.get(i).isFloating())
            .boxed()
            .toList();
  }

  static Outcome run(NodeCase test) {
    try {
      ImportedCase imported = ImportedCase.of(test, OnnxOptions.DEFAULT.floats(DType.F64));
      return imported.isDifferentiable(test)
          ? new DerivativeCheck(imported).run(imported.arguments())
          : new Outcome.None();
    } catch (OnnxException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      return new Outcome.Wrong(e.toString());
    }
  }

  private Outcome run(List<Tensor> arguments) {
    List<List<Tensor>> points = new ArrayList<>();
    for (int k = 0; k < SHIFTS.length; k++) {
      points.add(moved(arguments, 1, SHIFTS[k], RandomKey.of(k)));
    }
    points.add(moved(arguments, 0, 1, RandomKey.of(SHIFTS.length)));
    // Rather a point where every output can be compared.
    Optional<List<Tensor>> best =
        points.stream().filter(x -> areComparable(Evaluator.run(f, x))).findFirst();
    best.ifPresent(points::addFirst);
    for (List<Tensor> x : points) {
      Optional<Outcome> outcome = at(x);
      if (outcome.isPresent()) {
        return outcome.get();
      }
    }
    return new Outcome.NoPoint();
  }

  private boolean areComparable(List<Tensor> y) {
    return Arrays.stream(flat(results.stream().map(y::get).toList()))
        .allMatch(DerivativeCheck::isComparable);
  }

  private static boolean isComparable(double y) {
    return Math.abs(y) < LARGE;
  }

  /// `scale x + shift u` with `u` between 0.5 and 1.5.
  private List<Tensor> moved(List<Tensor> x, double scale, double shift, RandomKey key) {
    List<Tensor> moved = new ArrayList<>(x);
    for (int i : active) {
      Tensor u = key.fold(i).uniform(DType.F64, x.get(i).shape());
      Tensor y = Tensor.zeros(DType.F64, u.shape());
      for (long j = 0; j < u.size(); j++) {
        double from = x.get(i).getDouble(j);
        double base = isComparable(from) ? from : 1;
        y.setDouble(j, scale * base + shift * (0.5 + u.getDouble(j)));
      }
      moved.set(i, y);
    }
    return moved;
  }

  /// What comes of this point; empty if differences cannot be trusted there.
  private Optional<Outcome> at(List<Tensor> x) {
    RandomKey key = RandomKey.of(42);
    List<Tensor> v =
        active.stream().map(i -> key.fold(i).normal(DType.F64, x.get(i).shape())).toList();
    Optional<double[]> expected = difference(x, v);
    if (expected.isEmpty()) {
      return Optional.empty();
    }
    double[] found = flat(tail(Evaluator.run(jvp, joined(x, v))));
    Optional<String> wrong = compare("J v", found, expected.get());
    if (wrong.isPresent()) {
      return Optional.of(new Outcome.Wrong(wrong.get()));
    }
    return reverse(x, weights(Evaluator.run(f, x), key))
        .map(problem ->
            problem.isEmpty() ? new Outcome.Agrees(isZero(found)) : new Outcome.Wrong(problem));
  }

  /// Random weights of the outputs that can be compared.
  private List<Tensor> weights(List<Tensor> y, RandomKey key) {
    List<Tensor> w = new ArrayList<>();
    for (int i : results) {
      Tensor weights = key.fold(1000 + i).normal(DType.F64, y.get(i).shape());
      for (long j = 0; j < weights.size(); j++) {
        if (!isComparable(y.get(i).getDouble(j))) {
          weights.setDouble(j, 0);
        }
      }
      w.add(weights);
    }
    return w;
  }

  /// How reverse mode is wrong, or an empty text; empty if differences cannot be trusted.
  private Optional<String> reverse(List<Tensor> x, List<Tensor> w) {
    double[] weights = flat(w);
    List<Tensor> xBar = tail(Evaluator.run(vjp, joined(x, w)));
    long size = xBar.stream().mapToLong(Tensor::size).sum();
    long stride = Math.max(1, size / (size < MANY ? COORDINATES : FEW));
    for (long place = 0; place < size; place += stride) {
      List<Tensor> unit = unit(xBar, place);
      Optional<double[]> along = difference(x, unit);
      if (along.isEmpty()) {
        return Optional.empty();
      }
      double expected = dot(weights, along.get());
      double found = dot(flat(xBar), flat(unit));
      Optional<String> wrong =
          compare("JT w at " + place, new double[] {found}, new double[] {expected});
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.of("");
  }

  private static List<Tensor> unit(List<Tensor> like, long place) {
    List<Tensor> unit = new ArrayList<>();
    long rest = place;
    for (Tensor x : like) {
      Tensor e = Tensor.zeros(DType.F64, x.shape());
      if (rest >= 0 && rest < x.size()) {
        e.setDouble(rest, 1);
      }
      rest -= x.size();
      unit.add(e);
    }
    return unit;
  }

  /// The derivative along `v` by central differences of two step sizes, extrapolated; empty if the
  /// two disagree, or no output can be compared. Those that cannot are NaN.
  private Optional<double[]> difference(List<Tensor> x, List<Tensor> v) {
    double[] wide = difference(x, v, STEP);
    double[] narrow = difference(x, v, STEP / 2);
    double[] best = new double[wide.length];
    boolean compared = false;
    for (int i = 0; i < wide.length; i++) {
      best[i] = (4 * narrow[i] - wide[i]) / 3;
      compared |= !Double.isNaN(best[i]);
      if (Math.abs(wide[i] - narrow[i]) > TOLERANCE * Math.max(1, Math.abs(best[i]))) {
        return Optional.empty();
      }
    }
    return compared ? Optional.of(best) : Optional.empty();
  }

  private double[] difference(List<Tensor> x, List<Tensor> v, double step) {
    double[] above = value(x, v, step);
    double[] below = value(x, v, -step);
    double[] difference = new double[above.length];
    for (int i = 0; i < above.length; i++) {
      boolean comparable = isComparable(above[i]) && isComparable(below[i]);
      difference[i] = comparable ? (above[i] - below[i]) / (2 * step) : Double.NaN;
    }
    return difference;
  }

  private double[] value(List<Tensor> x, List<Tensor> v, double step) {
    List<Tensor> moved = new ArrayList<>(x);
    for (int k = 0; k < active.size(); k++) {
      Tensor at = x.get(active.get(k));
      Tensor y = Tensor.zeros(DType.F64, at.shape());
      for (long j = 0; j < y.size(); j++) {
        y.setDouble(j, at.getDouble(j) + step * v.get(k).getDouble(j));
      }
      moved.set(active.get(k), y);
    }
    List<Tensor> y = Evaluator.run(f, moved);
    return flat(results.stream().map(y::get).toList());
  }

  private List<Tensor> tail(List<Tensor> results) {
    return results.subList(f.outputs().size(), results.size());
  }

  private static Optional<String> compare(String what, double[] found, double[] expected) {
    double scale = 1;
    for (double d : expected) {
      scale = Double.isNaN(d) ? scale : Math.max(scale, Math.abs(d));
    }
    for (int i = 0; i < expected.length; i++) {
      boolean equal = Math.abs(found[i] - expected[i]) <= TOLERANCE * scale;
      if (!Double.isNaN(expected[i]) && !equal) {
        return Optional.of(
            "%s, element %d is %s; differences give %s".formatted(what, i, found[i], expected[i]));
      }
    }
    return Optional.empty();
  }

  private static boolean isZero(double[] x) {
    for (double d : x) {
      if (d != 0 && !Double.isNaN(d)) {
        return false;
      }
    }
    return true;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] == 0 || y[i] == 0 ? 0 : x[i] * y[i];
    }
    return sum;
  }

  private static double[] flat(List<Tensor> tensors) {
    return tensors.stream().flatMapToDouble(t -> Arrays.stream(t.toDoubles())).toArray();
  }

  private static List<Tensor> joined(List<Tensor> first, List<Tensor> second) {
    List<Tensor> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
