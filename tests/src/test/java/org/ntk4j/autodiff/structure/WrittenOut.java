package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.eval.Evaluator;

/// Maps and einsums written out by their definition, one assignment of the indices after the other:
/// nothing of the code that contracts and scatters them.
final class WrittenOut {
  private final List<Index> indices;
  private final int[] at;

  private WrittenOut(Set<Index> indices) {
    this.indices = List.copyOf(indices);
    this.at = new int[indices.size()];
  }

  /// An array with an axis per index, and its values.
  record Values(List<Index> indices, double[] elements) {}

  /// How many assignments `indices` have.
  static long assignments(Set<Index> indices) {
    return indices.stream().mapToLong(Index::size).reduce(1, Math::multiplyExact);
  }

  /// The values of `arrays`, whose builder is `b`.
  static List<Values> values(
      Builder b, List<Var> inputs, List<Tensor> arguments, List<Dense> arrays) {
    List<Atom> atoms = arrays.stream().map(Dense::array).toList();
    List<Tensor> tensors = Evaluator.run(b.build(inputs, atoms), arguments);
    List<Values> values = new ArrayList<>();
    for (int k = 0; k < arrays.size(); k++) {
      values.add(new Values(arrays.get(k).indices(), tensors.get(k).toDoubles()));
    }
    return values;
  }

  /// The matrix of `map`: rows are the elements of the value, columns those of the root.
  static double[][] matrix(Builder b, List<Var> inputs, List<Tensor> arguments, IndexedMap map) {
    List<Dense> arrays = new ArrayList<>(map.factors().stream().map(f -> f.dense(b)).toList());
    int factors = arrays.size();
    for (Digit d : map.digits()) {
      if (d.link().orElse(null) instanceof Link.Table(Dense ids)) {
        arrays.add(ids);
      }
    }
    List<Values> values = values(b, inputs, arguments, arrays);
    long rows = map.axes().stream().mapToLong(Axis::size).reduce(1, Math::multiplyExact);
    int columns = Math.toIntExact(map.root().aval().size());
    double[][] matrix = new double[Math.toIntExact(rows)][columns];
    WrittenOut loop = new WrittenOut(map.indices());
    loop.forEach(() -> {
      long column = loop.root(map.digits(), values.subList(factors, values.size()));
      if (column >= 0) {
        double product = map.coefficient() * loop.product(values.subList(0, factors));
        matrix[Math.toIntExact(loop.row(map.axes()))][Math.toIntExact(column)] += product;
      }
    });
    return matrix;
  }

  /// The result of an einsum whose factors have these values, row-major.
  static double[] einsum(Einsum einsum, List<Values> factors) {
    long size = einsum.outs().stream().mapToLong(Index::size).reduce(1, Math::multiplyExact);
    double[] result = new double[Math.toIntExact(size)];
    Set<Index> all = new LinkedHashSet<>(einsum.all());
    factors.forEach(f -> all.addAll(f.indices()));
    all.addAll(einsum.outIndices());
    WrittenOut loop = new WrittenOut(all);
    loop.forEach(() -> {
      long at = 0;
      for (List<Index> axis : einsum.outs()) {
        at = at * Index.size(axis) + loop.position(axis);
      }
      result[Math.toIntExact(at)] += einsum.coefficient() * loop.product(factors);
    });
    return result;
  }

  private void forEach(Runnable body) {
    if (indices.stream().anyMatch(i -> i.size() == 0)) {
      return;
    }
    int k = 0;
    while (k >= 0) {
      body.run();
      k = at.length - 1;
      while (k >= 0 && ++at[k] == indices.get(k).size()) {
        at[k--] = 0;
      }
    }
  }

  private double product(List<Values> factors) {
    double product = 1;
    for (Values factor : factors) {
      product *= factor.elements()[Math.toIntExact(position(factor.indices()))];
    }
    return product;
  }

  private long position(List<Index> digits) {
    long position = 0;
    for (Index digit : digits) {
      position = position * digit.size() + at[indices.indexOf(digit)];
    }
    return position;
  }

  private long row(List<Axis> axes) {
    long row = 0;
    for (Axis axis : axes) {
      long own = position(axis.digits());
      long placed = axis.embedding().map(e -> e.start() + e.stride() * own).orElse(own);
      row = row * axis.size() + placed;
    }
    return row;
  }

  /// Position in the root; negative where a table's entry is out of range.
  private long root(List<Digit> digits, List<Values> tables) {
    long root = 0;
    int table = 0;
    for (Digit d : digits) {
      long digit;
      if (d.link().isEmpty()) {
        digit = position(List.of(d.index()));
      } else {
        digit =
            switch (d.link().get()) {
              case Link.Affine(var inner, var start, var stride) ->
                  start + stride * position(List.of(inner));
              case Link.Fixed(var start) -> start;
              case Link.Table _ -> {
                Values ids = tables.get(table++);
                yield (long) ids.elements()[Math.toIntExact(position(ids.indices()))];
              }
            };
      }
      boolean isTable = d.link().orElse(null) instanceof Link.Table;
      if (digit < 0 || digit >= d.index().size()) {
        if (!isTable) {
          throw new AssertionError("digit " + digit + " of " + d);
        }
        return -1;
      }
      root = root * d.index().size() + digit;
    }
    return root;
  }
}
