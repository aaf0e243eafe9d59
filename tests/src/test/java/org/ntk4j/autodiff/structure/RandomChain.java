package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.tests.Choices;

/// A parameter taken through a few multilinear primitives drawn at random, and the map that the
/// rules say this is.
///
/// A step whose rule has no answer is left out of both.
final class RandomChain {
  private static final List<Long> SIZES = List.of(2L, 3L, 4L, 1L, 6L);
  private static final int ELEMENTS_MAX = 48;
  private static final long ASSIGNMENTS_MAX = 100_000;

  /// What several chains of one parameter share.
  private record Shared(Builder rules, List<Var> inputs, List<Tensor> values, Random random) {
    static Shared draw(Choices c) {
      Random random = new Random(c.next(1000));
      return new Shared(new Builder(), new ArrayList<>(), new ArrayList<>(), random);
    }

    /// A residual with random values.
    Var input(Aval aval) {
      Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
      for (long i = 0; i < t.size(); i++) {
        t.setDouble(i, aval.dtype() == DType.BOOL ? random.nextInt(2) : random.nextGaussian());
      }
      return input(aval, t);
    }

    Var input(Aval aval, Tensor t) {
      Var v = new Var(aval);
      inputs.add(v);
      values.add(t);
      return v;
    }
  }

  private final Builder forward = new Builder();
  private final Shared shared;
  private final List<String> steps = new ArrayList<>();
  private IndexedMap map;
  private Atom value;

  private RandomChain(Shared shared, Var root, Choices c, int length) {
    this.shared = shared;
    map = IndexedMap.identity(root);
    value = root;
    for (int step = 0; step < length; step++) {
      take(RandomRules.step(c, value.aval(), shared::input, shared::input));
    }
  }

  private static Var root(Choices c, Shared shared) {
    int rank = c.next(5);
    List<Long> dims = IntStream.range(0, rank).mapToObj(_ -> c.of(SIZES)).toList();
    while (Shape.of(dims).size() > ELEMENTS_MAX) {
      dims = dims.subList(1, dims.size());
    }
    return shared.input(new Aval(DType.F64, Shape.of(dims)));
  }

  static RandomChain draw(Choices c) {
    Shared shared = Shared.draw(c);
    return new RandomChain(shared, root(c, shared), c, 2 + c.next(5));
  }

  /// Two chains of one parameter.
  static List<RandomChain> drawPair(Choices c) {
    Shared shared = Shared.draw(c);
    Var root = root(c, shared);
    int length = 1 + c.next(3);
    return List.of(
        new RandomChain(shared, root, c, length), new RandomChain(shared, root, c, 1 + c.next(3)));
  }

  /// Two ranges of the rows of one parameter, each contracted with a residual.
  static List<RandomChain> drawRanges(Choices c) {
    Shared shared = Shared.draw(c);
    Var root = shared.input(Aval.of(DType.F64, 7, 2));
    List<RandomChain> pair =
        List.of(new RandomChain(shared, root, c, 0), new RandomChain(shared, root, c, 0));
    pair.forEach(chain -> chain.takeRange(c));
    return pair;
  }

  private void takeRange(Choices c) {
    int start = c.next(7);
    long limit = start + 1L + c.next(7 - start);
    Slice rows =
        new Slice(List.of((long) start, 0L), List.of(limit, 2L), List.of(1L + c.next(2), 1L));
    take(new Step(rows, List.of(value), 0));
    if (c.flip()) {
      take(new Step(new Reverse(List.of(0)), List.of(value), 0));
    }
    Var r = shared.input(Aval.of(DType.F64, value.aval().dim(0), 2));
    Contract sum = new Contract(List.of(), List.of(), List.of(0), List.of(0));
    take(new Step(sum, List.of(value, r), 0));
  }

  /// One step: `op` with the chain's value as operand `k`, and residuals as the others.
  record Step(Multilinear op, List<Atom> operands, int k) {
    Step {
      operands = List.copyOf(operands);
    }
  }

  private void take(Step step) {
    Aval result =
        step.op().resultAvals(step.operands().stream().map(Atom::aval).toList()).getFirst();
    if (result.size() > ELEMENTS_MAX) {
      return;
    }
    Optional<IndexedMap> next =
        MapRules.apply(shared.rules, step.op(), step.operands(), step.k(), map);
    if (next.isEmpty() || WrittenOut.assignments(next.get().indices()) > ASSIGNMENTS_MAX) {
      return;
    }
    List<Atom> in = new ArrayList<>(step.operands());
    in.set(step.k(), value);
    value = forward.emit(step.op(), in.toArray(Atom[]::new));
    map = next.get();
    steps.add(step.op().mnemonic());
  }

  int length() {
    return steps.size();
  }

  IndexedMap map() {
    return map;
  }

  double[][] claimed() {
    return WrittenOut.matrix(shared.rules, shared.inputs, shared.values, map);
  }

  double[][] jacobian() {
    return LocalJacobian.of(program(), shared.values, 0);
  }

  private Program program() {
    return forward.build(shared.inputs, Collections.singletonList(value));
  }

  /// The parameter's derivative as [Expansion] forms it.
  double[][] expanded() {
    Atom array = Expansion.emit(shared.rules, new Side(map), DType.F64);
    Dense dense = new Dense(array, array.aval().shape().dims().stream().map(Index::new).toList());
    double[] elements =
        WrittenOut.values(shared.rules, shared.inputs, shared.values, List.of(dense))
            .getFirst()
            .elements();
    int columns = Math.toIntExact(map.root().aval().size());
    return IntStream.range(0, Math.toIntExact(value.aval().size()))
        .mapToObj(i -> Arrays.copyOfRange(elements, i * columns, (i + 1) * columns))
        .toArray(double[][]::new);
  }

  /// The term `Σ_w ∂y[..]/∂w ∂y'[..]/∂w` of this chain and `other`, a row per element of `y`; empty
  /// if the two cut the parameter's axes in ways without a common refinement.
  Optional<double[]> term(RandomChain other) {
    Builder b = shared.rules;
    Side second = new Side(other.map).fresh();
    return Term.of(b, DType.F64, new Side(map), second, KernelAxes.FULL)
        .map(einsum -> {
          List<Dense> factors = einsum.factors().stream().map(f -> f.dense(b)).toList();
          return WrittenOut.einsum(
              einsum, WrittenOut.values(b, shared.inputs, shared.values, factors));
        });
  }

  @Override
  public String toString() {
    return map.root().aval() + " " + String.join(" ", steps);
  }
}
