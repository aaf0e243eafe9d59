package org.ntk4j.tests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;

/// Kernels from Jacobians, one element at a time: nothing of the batching, structure or contraction
/// that they are compared with.
final class BruteForce {
  private BruteForce() {}

  /// How Jacobians are computed.
  enum Mode {
    /// A reverse pass for each element of the outputs.
    REVERSE,
    /// A forward pass for each element of the parameters.
    FORWARD,
    /// Central differences, good to about 1e-6 for well-scaled functions.
    DIFFERENCES
  }

  /// `J[y][w]`: rows are the elements of an output, columns the elements of all parameters.
  record Jacobian(Shape output, double[][] rows) {}

  /// The full NTK of one output, `[N1, A.., N2, A'..]` flattened to rows and columns, of `network`
  /// in all its floating-point parameters.
  static double[][] ntk(Network network, Tree<Tensor> params, Tree<Tensor> x1, Tree<Tensor> x2) {
    Jacobian first = jacobians(network, params, x1, Mode.REVERSE).getFirst();
    Jacobian second = jacobians(network, params, x2, Mode.REVERSE).getFirst();
    return product(first, second);
  }

  /// The NTK of output number `output` with traced and diagonal axes, its axes interleaved.
  static Tensor ntk(
      Network network,
      Tree<Tensor> params,
      Tree<Tensor> x1,
      Tree<Tensor> x2,
      int output,
      List<Integer> trace,
      List<Integer> diagonal) {
    Jacobian first = jacobians(network, params, x1, Mode.REVERSE).get(output);
    Jacobian second = jacobians(network, params, x2, Mode.REVERSE).get(output);
    return reduced(product(first, second), first.output(), second.output(), trace, diagonal);
  }

  /// The Jacobian of every output of `network` by all its floating-point parameters.
  static List<Jacobian> jacobians(Network network, Tree<Tensor> params, Tree<Tensor> x, Mode mode) {
    Program p = Networks.program(network, avals(params), avals(x)).program();
    List<Tensor> arguments = new ArrayList<>(params.leaves());
    arguments.addAll(x.leaves());
    return jacobians(p, arguments, params.leaves().size(), mode);
  }

  /// The Jacobian of every output of `p` by those of its first `parameters` inputs that are
  /// floating point.
  static List<Jacobian> jacobians(Program p, List<Tensor> arguments, int parameters, Mode mode) {
    List<Integer> active =
        IntStream.range(0, parameters)
            .filter(i -> p.inputs().get(i).aval().isFloating())
            .boxed()
            .toList();
    return switch (mode) {
      case REVERSE -> reverse(p, arguments, active);
      case FORWARD -> forward(p, arguments, active);
      case DIFFERENCES -> differences(p, arguments, active);
    };
  }

  private static List<Boolean> flags(Program p, List<Integer> active) {
    return IntStream.range(0, p.inputs().size()).mapToObj(active::contains).toList();
  }

  private static List<Jacobian> reverse(Program p, List<Tensor> arguments, List<Integer> active) {
    Program vjp = Derivatives.vjp(p, flags(p, active));
    List<Jacobian> jacobians = new ArrayList<>();
    for (int output = 0; output < p.outputs().size(); output++) {
      Aval y = p.outputs().get(output).aval();
      double[][] rows = new double[Math.toIntExact(y.size())][];
      for (int i = 0; i < rows.length; i++) {
        List<Tensor> in = new ArrayList<>(arguments);
        for (int k = 0; k < p.outputs().size(); k++) {
          Aval aval = p.outputs().get(k).aval();
          Tensor yBar = Tensor.zeros(aval.dtype(), aval.shape());
          if (k == output) {
            yBar.setDouble(i, 1);
          }
          in.add(yBar);
        }
        List<Tensor> out = Evaluator.run(vjp, in);
        rows[i] = flat(out.subList(p.outputs().size(), out.size()));
      }
      jacobians.add(new Jacobian(y.shape(), rows));
    }
    return jacobians;
  }

  private static List<Jacobian> forward(Program p, List<Tensor> arguments, List<Integer> active) {
    Program jvp = Derivatives.jvp(p, flags(p, active));
    return columns(
        p,
        active,
        (parameter, element) -> {
          List<Tensor> in = new ArrayList<>(arguments);
          for (int k : active) {
            Tensor xDot = Tensor.zeros(arguments.get(k).dtype(), arguments.get(k).shape());
            if (k == parameter) {
              xDot.setDouble(element, 1);
            }
            in.add(xDot);
          }
          List<Tensor> out = Evaluator.run(jvp, in);
          return out.subList(p.outputs().size(), out.size());
        });
  }

  private static List<Jacobian> differences(
      Program p, List<Tensor> arguments, List<Integer> active) {
    double h = 1e-5;
    return columns(
        p,
        active,
        (parameter, element) -> {
          List<Tensor> more = Evaluator.run(p, shifted(arguments, parameter, element, h));
          List<Tensor> less = Evaluator.run(p, shifted(arguments, parameter, element, -h));
          List<Tensor> slopes = new ArrayList<>();
          for (int k = 0; k < more.size(); k++) {
            Tensor slope = Tensor.zeros(DType.F64, more.get(k).shape());
            for (long i = 0; i < slope.size(); i++) {
              slope.setDouble(i, (more.get(k).getDouble(i) - less.get(k).getDouble(i)) / (2 * h));
            }
            slopes.add(slope);
          }
          return slopes;
        });
  }

  private static List<Tensor> shifted(
      List<Tensor> arguments, int parameter, long element, double by) {
    List<Tensor> shifted = new ArrayList<>(arguments);
    Tensor old = arguments.get(parameter);
    Tensor moved = Tensor.zeros(old.dtype(), old.shape());
    for (long i = 0; i < old.size(); i++) {
      moved.setDouble(i, old.getDouble(i) + (i == element ? by : 0));
    }
    shifted.set(parameter, moved);
    return shifted;
  }

  @FunctionalInterface
  private interface Column {
    List<Tensor> of(int parameter, long element);
  }

  private static List<Jacobian> columns(Program p, List<Integer> active, Column column) {
    int width =
        active.stream().mapToInt(k -> Math.toIntExact(p.inputs().get(k).aval().size())).sum();
    List<Jacobian> jacobians =
        p.outputs().stream()
            .map(y ->
                new Jacobian(y.aval().shape(), new double[Math.toIntExact(y.aval().size())][width]))
            .toList();
    int w = 0;
    for (int k : active) {
      for (long element = 0; element < p.inputs().get(k).aval().size(); element++, w++) {
        List<Tensor> slopes = column.of(k, element);
        for (int output = 0; output < slopes.size(); output++) {
          double[][] rows = jacobians.get(output).rows();
          for (int i = 0; i < rows.length; i++) {
            rows[i][w] = slopes.get(output).getDouble(i);
          }
        }
      }
    }
    return jacobians;
  }

  /// `K[i][j] = Σ_w J[i][w] J'[j][w]`.
  static double[][] product(Jacobian first, Jacobian second) {
    double[][] x = first.rows();
    double[][] y = second.rows();
    double[][] k = new double[x.length][y.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        for (int w = 0; w < x[i].length; w++) {
          k[i][j] += x[i][w] * y[j][w];
        }
      }
    }
    return k;
  }

  /// The NNGP kernel before any reduction: `K[i][j] = y[i] y'[j]`.
  static double[][] nngp(Tensor first, Tensor second) {
    double[][] k = new double[Math.toIntExact(first.size())][Math.toIntExact(second.size())];
    for (int i = 0; i < k.length; i++) {
      for (int j = 0; j < k[i].length; j++) {
        k[i][j] = first.getDouble(i) * second.getDouble(j);
      }
    }
    return k;
  }

  /// A full kernel with traced axes summed and divided by their size, diagonal axes kept once, and
  /// the rest interleaved.
  static Tensor reduced(
      double[][] full, Shape first, Shape second, List<Integer> trace, List<Integer> diagonal) {
    int rank = Math.max(first.rank(), second.rank());
    List<Long> dims = new ArrayList<>();
    double traced = 1;
    for (int axis = 0; axis < rank; axis++) {
      if (trace.contains(axis)) {
        traced *= first.dim(axis);
        continue;
      }
      if (axis < first.rank()) {
        dims.add(first.dim(axis));
      }
      if (axis < second.rank() && !diagonal.contains(axis)) {
        dims.add(second.dim(axis));
      }
    }
    Tensor result = Tensor.zeros(DType.F64, Shape.of(dims));
    for (int i = 0; i < full.length; i++) {
      long[] a = index(first, i);
      for (int j = 0; j < full[i].length; j++) {
        long[] c = index(second, j);
        long at = position(result.shape(), rank, a, c, trace, diagonal);
        if (at >= 0) {
          result.setDouble(at, result.getDouble(at) + full[i][j] / traced);
        }
      }
    }
    return result;
  }

  /// Where an entry goes; negative if it is off a shared axis' diagonal.
  private static long position(
      Shape shape, int rank, long[] a, long[] c, List<Integer> trace, List<Integer> diagonal) {
    List<Long> at = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      boolean shared = trace.contains(axis) || diagonal.contains(axis);
      if (shared && a[axis] != c[axis]) {
        return -1;
      }
      if (trace.contains(axis)) {
        continue;
      }
      if (axis < a.length) {
        at.add(a[axis]);
      }
      if (axis < c.length && !diagonal.contains(axis)) {
        at.add(c[axis]);
      }
    }
    long position = 0;
    for (int k = 0; k < at.size(); k++) {
      position = position * shape.dim(k) + at.get(k);
    }
    return position;
  }

  private static long[] index(Shape shape, long flat) {
    long[] index = new long[shape.rank()];
    long rest = flat;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return index;
  }

  private static double[] flat(List<Tensor> tensors) {
    return tensors.stream().flatMapToDouble(t -> Arrays.stream(t.toDoubles())).toArray();
  }

  private static Tree<Aval> avals(Tree<Tensor> tensors) {
    return tensors.map(t -> new Aval(t.dtype(), t.shape()));
  }

  /// Largest absolute difference, relative to the largest absolute value of `expected` (at least
  /// 1).
  static double error(Tensor expected, Tensor actual) {
    if (!expected.shape().equals(actual.shape())) {
      throw new AssertionError("shape " + actual.shape() + ", expected " + expected.shape());
    }
    double scale = 1;
    double worst = 0;
    for (long i = 0; i < expected.size(); i++) {
      scale = Math.max(scale, Math.abs(expected.getDouble(i)));
      double difference = Math.abs(expected.getDouble(i) - actual.getDouble(i));
      worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
    }
    return worst / scale;
  }
}
