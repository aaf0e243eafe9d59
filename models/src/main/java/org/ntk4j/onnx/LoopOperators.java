package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Loops whose number of iterations is known: short ones are unrolled, others are scans.
final class LoopOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.of("Loop", 1, LoopOperators::loop).steering(0, 1),
          Operator.of("Scan", 8, LoopOperators::batchedScan),
          Operator.of("Scan", 9, LoopOperators::scan));

  private static final long UNROLLED = 64;
  private static final long ITERATIONS = 10_000;

  private LoopOperators() {}

  private static List<Operand> loop(Node node) {
    Subgraph body = node.subgraph("body");
    List<Operand> state = new ArrayList<>();
    for (int i = 2; i < node.inputCount(); i++) {
      state.add(node.input(i));
    }
    Optional<Long> count = node.optionalInput(0).map(Operand::integer);
    boolean running = node.optionalInput(1).map(c -> c.integer() != 0).orElse(true);
    if (count.isEmpty() && node.optionalInput(1).isEmpty()) {
      throw node.error("neither a trip count nor a condition is given");
    }
    boolean scanned = running && count.filter(c -> c > UNROLLED && c <= ITERATIONS).isPresent();
    return scanned
        ? scannedLoop(node, body, state, count.orElseThrow())
        : unrolled(node, body, state, running ? count.orElse(Long.MAX_VALUE) : 0);
  }

  private static Operand known(boolean condition) {
    return Operand.known(Tensor.of(new boolean[] {condition}).reshape(Shape.SCALAR));
  }

  private static List<Operand> unrolled(
      Node node, Subgraph body, List<Operand> initial, long count) {
    List<Operand> state = initial;
    int states = state.size();
    List<List<Value>> stacked = new ArrayList<>();
    boolean running = true;
    for (long i = 0; running && i < count; i++) {
      if (i == ITERATIONS) {
        throw node.error("more than %d iterations".formatted(ITERATIONS));
      }
      List<Operand> next =
          body.apply(
              arguments(Operand.known(Tensor.of(new long[] {i}).reshape(Shape.SCALAR)), state));
      stacked.add(next.subList(states + 1, next.size()).stream().map(Operand::value).toList());
      state = next.subList(1, states + 1);
      running = i + 1 == count || condition(node, next.getFirst());
    }
    List<Operand> results = new ArrayList<>(state);
    for (int k = 0; k < body.outputCount() - states - 1; k++) {
      int output = k;
      List<Value> parts = stacked.stream().map(outputs -> outputs.get(output)).toList();
      results.add(parts.isEmpty() ? none(body, initial, k) : Operand.of(Functions.stack(0, parts)));
    }
    return results;
  }

  private static List<Operand> arguments(Operand iteration, List<Operand> state) {
    List<Operand> arguments = new ArrayList<>(List.of(iteration, known(true)));
    arguments.addAll(state);
    return arguments;
  }

  private static boolean condition(Node node, Operand condition) {
    if (!condition.isKnown()) {
      throw node.error("the number of iterations depends on data");
    }
    return condition.integer() != 0;
  }

  /// Output `k` of no iterations.
  private static Operand none(Subgraph body, List<Operand> state, int k) {
    Operand zero = Operand.known(Tensor.of(new long[] {0}).reshape(Shape.SCALAR));
    Operand once = body.apply(arguments(zero, state)).get(1 + state.size() + k);
    return Operand.known(Tensor.zeros(once.dtype(), once.shape().insert(0, 0)));
  }

  private static List<Operand> scannedLoop(
      Node node, Subgraph body, List<Operand> state, long count) {
    List<Value> carry = state.stream().map(Operand::value).toList();
    Value steps = node.constant(counting(count));
    Control.Step result =
        Control.scan(
            carry,
            List.of(steps),
            count,
            false,
            (now, in) -> {
              List<Operand> next =
                  body.applyInside(
                      arguments(Operand.of(in.getFirst()), now.stream().map(Operand::of).toList()));
              if (!condition(node, next.getFirst())) {
                throw node.error(
                    "a loop of more than %d iterations ends early".formatted(UNROLLED));
              }
              List<Value> values = next.stream().map(Operand::value).toList();
              int states = now.size();
              return new Control.Step(
                  values.subList(1, states + 1), values.subList(states + 1, values.size()));
            });
    return operands(result);
  }

  private static Tensor counting(long count) {
    Tensor steps = Tensor.zeros(DType.I64, Shape.of(count));
    for (long i = 0; i < count; i++) {
      steps.setLong(i, i);
    }
    return steps;
  }

  private static List<Operand> operands(Control.Step result) {
    List<Operand> all = new ArrayList<>();
    result.carry().forEach(v -> all.add(Operand.of(v)));
    result.outputs().forEach(v -> all.add(Operand.of(v)));
    return all;
  }

  private static List<Operand> scan(Node node) {
    return operands(scan(node, node.values()));
  }

  private static Control.Step scan(Node node, List<Value> operands) {
    Subgraph body = node.subgraph("body");
    Attributes a = node.attributes();
    int count = Math.toIntExact(a.required("num_scan_inputs", a.integer("num_scan_inputs")));
    int states = operands.size() - count;
    if (count < 1 || states < 0) {
      throw node.error("%d scan inputs among %d operands".formatted(count, operands.size()));
    }
    int outputs = body.outputCount() - states;
    List<Long> inputAxes = list(node, "scan_input_axes", count);
    List<Long> outputAxes = list(node, "scan_output_axes", outputs);
    String directions = node.opset() < 9 ? "directions" : "scan_input_directions";
    List<Long> inputTurns = list(node, directions, count);
    List<Long> outputTurns = list(node, "scan_output_directions", outputs);
    List<Value> xs = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      Value x = operands.get(states + k);
      Value first = x.moveAxis(node.axis(inputAxes.get(k), x.rank()), 0);
      xs.add(inputTurns.get(k) == 1 ? first.reverse(0) : first);
    }
    Control.Step result =
        Control.scan(
            operands.subList(0, states),
            xs,
            (carry, in) -> {
              List<Operand> arguments = new ArrayList<>();
              carry.forEach(v -> arguments.add(Operand.of(v)));
              in.forEach(v -> arguments.add(Operand.of(v)));
              List<Value> next = body.applyInside(arguments).stream().map(Operand::value).toList();
              return new Control.Step(next.subList(0, states), next.subList(states, next.size()));
            });
    List<Value> ys = new ArrayList<>();
    for (int k = 0; k < outputs; k++) {
      Value y = result.outputs().get(k);
      Value turned = outputTurns.get(k) == 1 ? y.reverse(0) : y;
      ys.add(turned.moveAxis(0, node.axis(outputAxes.get(k), y.rank())));
    }
    return new Control.Step(result.carry(), ys);
  }

  private static List<Long> list(Node node, String name, int count) {
    List<Long> found = node.attributes().integers(name, Collections.nCopies(count, 0L));
    if (found.size() != count) {
      throw node.error("%s %s; expected %d numbers".formatted(name, found, count));
    }
    return found;
  }

  /// Opset 8: input 0 is the lengths of the sequences, and every operand has an axis of examples in
  /// front.
  private static List<Operand> batchedScan(Node node) {
    if (node.optionalInput(0).isPresent()) {
      throw node.error("lengths of sequences are not supported");
    }
    List<Value> operands = new ArrayList<>();
    for (int i = 1; i < node.inputCount(); i++) {
      operands.add(node.value(i));
    }
    List<List<Operand>> examples = new ArrayList<>();
    for (long n = 0; n < operands.getFirst().dim(0); n++) {
      long example = n;
      examples.add(operands(scan(node, operands.stream().map(v -> v.get(0, example)).toList())));
    }
    List<Operand> results = new ArrayList<>();
    for (int k = 0; k < examples.getFirst().size(); k++) {
      int result = k;
      results.add(
          Operand.of(
              Functions.stack(0, examples.stream().map(e -> e.get(result).value()).toList())));
    }
    return results;
  }
}
