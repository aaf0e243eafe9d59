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
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.tests.Choices;

/// A parameter taken through a few multilinear primitives drawn at random, and the map that the
/// rules say this is.
///
/// A step whose rule has no answer is left out of both.
final class RandomChain {
  private static final List<Long> SIZES = List.of(2L, 3L, 4L, 1L, 6L);
  private static final int ELEMENTS_MAX = 48;
  private static final long ASSIGNMENTS_MAX = 100_000;

  private final Builder forward = new Builder();
  private final Builder rules = new Builder();
  private final List<Var> inputs = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final Random random;
  private IndexedMap map;
  private Atom value;
  private final List<String> steps = new ArrayList<>();

  private RandomChain(Choices c) {
    random = new Random(c.next(1000));
    int rank = c.next(5);
    List<Long> dims = IntStream.range(0, rank).mapToObj(_ -> c.of(SIZES)).toList();
    while (Shape.of(dims).size() > ELEMENTS_MAX) {
      dims = dims.subList(1, dims.size());
    }
    Var root = input(new Aval(DType.F64, Shape.of(dims)));
    map = IndexedMap.identity(root);
    value = root;
  }

  static RandomChain draw(Choices c) {
    RandomChain chain = new RandomChain(c);
    int length = 2 + c.next(5);
    for (int step = 0; step < length; step++) {
      chain.take(RandomRules.step(c, chain.value.aval(), chain::input, chain::input));
    }
    return chain;
  }

  /// A residual with random values.
  private Var input(Aval aval) {
    Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
    for (long i = 0; i < t.size(); i++) {
      t.setDouble(i, aval.dtype() == DType.BOOL ? random.nextInt(2) : random.nextGaussian());
    }
    return input(aval, t);
  }

  private Var input(Aval aval, Tensor t) {
    Var v = new Var(aval);
    inputs.add(v);
    values.add(t);
    return v;
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
    Optional<IndexedMap> next = MapRules.apply(rules, step.op(), step.operands(), step.k(), map);
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
    return WrittenOut.matrix(rules, inputs, values, map);
  }

  double[][] jacobian() {
    return LocalJacobian.of(program(), values, 0);
  }

  private Program program() {
    return forward.build(inputs, Collections.singletonList(value));
  }

  /// The parameter's derivative as [Expansion] forms it.
  double[][] expanded() {
    Atom array = Expansion.emit(rules, new Side(map, false), DType.F64);
    Dense dense = new Dense(array, array.aval().shape().dims().stream().map(Index::new).toList());
    double[] elements =
        WrittenOut.values(rules, inputs, values, List.of(dense)).getFirst().elements();
    int columns = Math.toIntExact(map.root().aval().size());
    return IntStream.range(0, Math.toIntExact(value.aval().size()))
        .mapToObj(i -> Arrays.copyOfRange(elements, i * columns, (i + 1) * columns))
        .toArray(double[][]::new);
  }

  @Override
  public String toString() {
    return inputs.getFirst().aval() + " " + String.join(" ", steps);
  }
}
