package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Recurrent networks, one scan over time for each direction.
final class RecurrentOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.several("RNN", 7, n -> run(n, 1, 1, List.of("Tanh"), RecurrentOperators::rnn))
              .steering(4, 5),
          Operator.several(
                  "GRU", 7, n -> run(n, 3, 1, List.of("Sigmoid", "Tanh"), RecurrentOperators::gru))
              .steering(4, 5),
          Operator.several(
                  "LSTM",
                  7,
                  n -> run(n, 4, 2, List.of("Sigmoid", "Tanh", "Tanh"), RecurrentOperators::lstm))
              .steering(4, 5, 6));

  private RecurrentOperators() {}

  /// What a step of one direction uses.
  ///
  /// @param recurrence `[gates * hidden, hidden]`
  /// @param bias of the recurrence, `[gates * hidden]`
  /// @param peepholes `[3 * hidden]`, if given
  private record Cell(
      Node node,
      long hidden,
      Value recurrence,
      Value bias,
      Optional<Value> peepholes,
      List<UnaryOperator<Value>> activations) {

    /// Part `k` of the columns of `x`.
    Value part(Value x, int k) {
      return x.slice(-1, k * hidden, (k + 1) * hidden);
    }

    Value activate(int k, Value x) {
      return activations.get(k).apply(x);
    }

    /// Part `k` of the peepholes times the cell's state, if given.
    Value peep(int k, Value gate, Value state) {
      return peepholes.map(p -> gate.add(state.mul(part(p, k)))).orElse(gate);
    }
  }

  /// The next state, whose first member is the output.
  @FunctionalInterface
  private interface StepFunction {
    List<Value> next(Cell cell, Value x, List<Value> state);
  }

  private static List<Value> rnn(Cell cell, Value x, List<Value> state) {
    Value h = state.getFirst();
    Value sum = x.add(h.matmul(cell.recurrence().transpose())).add(cell.bias());
    return List.of(cell.activate(0, sum));
  }

  private static List<Value> gru(Cell cell, Value x, List<Value> state) {
    Value h = state.getFirst();
    long n = cell.hidden();
    Value gates = cell.recurrence().slice(0, 0, 2 * n).transpose();
    Value last = cell.recurrence().slice(0, 2 * n, 3 * n).transpose();
    Value gateBias = cell.bias().slice(0, 0, 2 * n);
    Value lastBias = cell.bias().slice(0, 2 * n, 3 * n);
    Value both = x.slice(-1, 0, 2 * n).add(h.matmul(gates)).add(gateBias);
    Value z = cell.activate(0, cell.part(both, 0));
    Value r = cell.activate(0, cell.part(both, 1));
    boolean linearFirst = cell.node().attributes().flag("linear_before_reset", false);
    Value inner =
        linearFirst ? r.mul(h.matmul(last).add(lastBias)) : r.mul(h).matmul(last).add(lastBias);
    Value candidate = cell.activate(1, cell.part(x, 2).add(inner));
    return List.of(z.subFrom(1).mul(candidate).add(z.mul(h)));
  }

  private static List<Value> lstm(Cell cell, Value x, List<Value> state) {
    Value h = state.get(0);
    Value c = state.get(1);
    Value gates = x.add(h.matmul(cell.recurrence().transpose())).add(cell.bias());
    boolean coupled = cell.node().attributes().flag("input_forget", false);
    Value in = cell.activate(0, cell.peep(0, cell.part(gates, 0), c));
    Value forget = coupled ? in.subFrom(1) : cell.activate(0, cell.peep(2, cell.part(gates, 2), c));
    Value next = forget.mul(c).add(in.mul(cell.activate(1, cell.part(gates, 3))));
    Value out = cell.activate(0, cell.peep(1, cell.part(gates, 1), next));
    return List.of(out.mul(cell.activate(2, next)), next);
  }

  private static List<Value> run(
      Node node, int gates, int states, List<String> defaults, StepFunction step) {
    boolean batchFirst = node.attributes().flag("layout", false);
    Value given = node.value(0);
    Value x = batchFirst ? given.swapAxes(0, 1) : given;
    String direction = node.attributes().text("direction", "forward");
    List<Boolean> reversals =
        switch (direction) {
          case "forward" -> List.of(false);
          case "reverse" -> List.of(true);
          case "bidirectional" -> List.of(false, true);
          default -> throw node.error("direction is " + direction);
        };
    Value w = node.value(1);
    if (x.rank() != 3 || w.rank() != 3 || w.dim(0) != reversals.size() || w.dim(1) % gates != 0) {
      throw node.error(
          "operand %s and weights %s do not fit direction %s"
              .formatted(x.aval(), w.aval(), direction));
    }
    List<Value> sequences = new ArrayList<>();
    List<List<Value>> finals = new ArrayList<>();
    for (int d = 0; d < reversals.size(); d++) {
      List<UnaryOperator<Value>> activations =
          RecurrentActivations.of(node, defaults, d, reversals.size());
      Cell cell = cell(node, w.dim(1) / gates, d, gates, activations);
      List<Value> initial = initial(node, x, cell.hidden(), d, states, batchFirst);
      Control.Step result =
          scan(node, cell, projected(node, x, d), initial, reversals.get(d), step);
      sequences.add(result.outputs().getFirst());
      finals.add(result.carry());
    }
    List<Value> results = new ArrayList<>();
    Value y = Functions.stack(1, sequences);
    results.add(batchFirst ? y.permute(List.of(2, 0, 1, 3)) : y);
    for (int s = 0; s < states; s++) {
      int member = s;
      results.add(
          Functions.stack(batchFirst ? 1 : 0, finals.stream().map(f -> f.get(member)).toList()));
    }
    return results;
  }

  private static Cell cell(
      Node node, long hidden, int d, int gates, List<UnaryOperator<Value>> activations) {
    Value r = node.value(2).get(0, d);
    Value bias =
        node.optionalValue(3)
            .map(b -> b.get(0, d).slice(0, gates * hidden, 2L * gates * hidden))
            .orElseGet(() -> r.full(r.dtype(), Shape.of(gates * hidden), 0));
    Optional<Value> peepholes =
        gates == 4 ? node.optionalValue(7).map(p -> p.get(0, d)) : Optional.empty();
    return new Cell(node, hidden, r, bias, peepholes, activations);
  }

  /// `x Wᵀ + b` for all times.
  private static Value projected(Node node, Value x, int d) {
    Value w = node.value(1).get(0, d);
    Value y = x.matmul(w.transpose());
    return node.optionalValue(3).map(b -> y.add(b.get(0, d).slice(0, 0, w.dim(0)))).orElse(y);
  }

  private static List<Value> initial(
      Node node, Value x, long hidden, int d, int states, boolean batchFirst) {
    List<Value> initial = new ArrayList<>();
    for (int s = 0; s < states; s++) {
      initial.add(
          node.optionalValue(5 + s)
              .map(h -> h.get(batchFirst ? 1 : 0, d))
              .orElseGet(() -> x.full(x.dtype(), Shape.of(x.dim(1), hidden), 0)));
    }
    return initial;
  }

  private static Control.Step scan(
      Node node, Cell cell, Value x, List<Value> initial, boolean reverse, StepFunction step) {
    Value times = x.arange(DType.I64, x.dim(0));
    Optional<Value> lengths = node.optionalValue(4).map(l -> l.cast(DType.I64).expandDims(-1));
    return Control.scan(
        initial,
        List.of(x, times),
        x.dim(0),
        reverse,
        (state, in) -> {
          List<Value> next = step.next(cell, in.get(0), state);
          if (lengths.isEmpty()) {
            return new Control.Step(next, List.of(next.getFirst()));
          }
          Value running = in.get(1).lt(lengths.get());
          List<Value> kept = new ArrayList<>();
          for (int s = 0; s < state.size(); s++) {
            kept.add(running.where(next.get(s), state.get(s)));
          }
          return new Control.Step(kept, List.of(running.where(next.getFirst(), 0)));
        });
  }
}
