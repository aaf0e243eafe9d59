package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.ntk4j.autodiff.Batch;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.pass.Dce;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;

/// The function `(parameters by name, inputs by name) -> outputs by name` of a graph.
///
/// A model made for one example is applied to several by batching the program for one.
///
/// @param inputs declared inputs
record ImportedNetwork(Graph graph, List<TensorInfo> inputs) implements Network {
  ImportedNetwork {
    inputs = List.copyOf(inputs);
  }

  @Override
  public Tree<Value> apply(Tree<Value> params, Tree<Value> x) {
    return recorded(params, x, Optional.empty());
  }

  /// Where the indices that data choose are out of range, a line each.
  List<String> wrongIndices(Tree<Tensor> params, Tree<Tensor> x) {
    IndexRanges ranges = new IndexRanges();
    Program program =
        Trace.program(
                Networks.avals(params),
                Networks.avals(x),
                (p, in) -> recorded(p, in, Optional.of(ranges)))
            .program();
    if (program.outputs().isEmpty()) {
      return List.of();
    }
    List<Tensor> arguments = new ArrayList<>(params.leaves());
    arguments.addAll(x.leaves());
    return ranges.wrong(Evaluator.run(new Dce().apply(program), arguments));
  }

  /// The outputs, or the ranges of indices if they are asked for.
  private Tree<Value> recorded(Tree<Value> params, Tree<Value> x, Optional<IndexRanges> ranges) {
    SequencedMap<String, Value> data = named("input", x);
    List<String> batched = batched(data);
    return batched.isEmpty()
        ? record(named("parameter", params), data, ranges)
        : overExamples(params, x, batched, ranges);
  }

  private static SequencedMap<String, Value> named(String kind, Tree<Value> tree) {
    SequencedMap<String, Value> values = new LinkedHashMap<>();
    if (!(tree instanceof Tree.Node<Value>(SequencedMap<String, Tree<Value>> children))) {
      if (tree.leaves().isEmpty()) {
        return values;
      }
      throw new OnnxException("the " + kind + "s are not given by name");
    }
    children.forEach((name, child) -> values.put(name, child.value()));
    return values;
  }

  /// The inputs that hold several examples where the model is made for one.
  private List<String> batched(SequencedMap<String, Value> data) {
    List<String> several = new ArrayList<>();
    for (TensorInfo input : inputs) {
      if (!data.containsKey(input.name())) {
        throw new OnnxException(
            "input '%s' is not given; the model has %s".formatted(input.name(), describe()));
      }
      Value value = Objects.requireNonNull(data.get(input.name()), "bug: no input");
      if (input.dtype().isPresent() && input.dtype().get() != value.dtype()) {
        throw new OnnxException(
            "input '%s' is %s; expected %s".formatted(input.name(), value.aval(), input));
      }
      if (!input.admits(value.shape(), false)) {
        if (!input.isForOne() || !input.admits(value.shape(), true)) {
          throw new OnnxException(
              "input '%s' is %s; expected %s".formatted(input.name(), value.aval(), input));
        }
        several.add(input.name());
      }
    }
    for (String name : data.keySet()) {
      if (inputs.stream().noneMatch(i -> i.name().equals(name))) {
        throw new OnnxException(
            "there is no input '%s'; the model has %s".formatted(name, describe()));
      }
    }
    return several;
  }

  private List<String> describe() {
    return inputs.stream().map(i -> i.name() + ": " + i).toList();
  }

  private Tree<Value> record(
      SequencedMap<String, Value> params,
      SequencedMap<String, Value> data,
      Optional<IndexRanges> ranges) {
    List<Value> all = new ArrayList<>(data.values());
    all.addAll(params.values());
    if (all.isEmpty()) {
      throw new OnnxException("the model has neither inputs nor parameters");
    }
    Scope scope = Scope.of(all.getFirst(), ranges);
    params.forEach((name, value) -> scope.put(name, Operand.of(value)));
    data.forEach((name, value) -> scope.put(name, Operand.of(value)));
    List<Operand> results = GraphRecorder.record(graph, scope);
    if (ranges.isPresent()) {
      return Tree.list(ranges.get().values().stream().map(Tree::of).toList());
    }
    SequencedMap<String, Tree<Value>> outputs = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      String name = graph.outputs().get(i);
      outputs.put(name, Tree.of(results.get(i).at("output '" + name + "'").value()));
    }
    return Tree.map(outputs);
  }

  private Tree<Value> overExamples(
      Tree<Value> params, Tree<Value> x, List<String> batched, Optional<IndexRanges> ranges) {
    SequencedMap<String, Value> data = named("input", x);
    List<Long> sizes =
        data.entrySet().stream()
            .filter(e -> batched.contains(e.getKey()))
            .map(e -> e.getValue().dim(0))
            .distinct()
            .toList();
    if (sizes.size() != 1) {
      throw new OnnxException(
          "the model is made for one example, and the inputs %s hold different numbers of them: %s"
              .formatted(batched, sizes));
    }
    long count = sizes.getFirst();
    SequencedMap<String, Tree<Aval>> one = new LinkedHashMap<>();
    List<Boolean> flags = new ArrayList<>(params.leaves().stream().map(_ -> false).toList());
    List<Value> arguments = new ArrayList<>(params.leaves());
    data.forEach((name, value) -> {
      boolean several = batched.contains(name);
      Shape shape = several ? value.shape().with(0, 1) : value.shape();
      one.put(name, Tree.of(value.aval().withShape(shape)));
      flags.add(several);
      arguments.add(several ? value.reshape(shape.insert(0, count)) : value);
    });
    Trace.TreeProgram single =
        Trace.program(
            params.map(Value::aval),
            Tree.map(one),
            (p, in) -> record(named("parameter", p), named("input", in), ranges));
    Program whole = Batch.all(single.program(), count, flags);
    List<Value> stacked = Trace.inline(whole, arguments);
    return single.outputs().unflatten(stacked.stream().map(ImportedNetwork::merged).toList());
  }

  /// Axis 1 is the axis of examples of the model, of size 1.
  private static Value merged(Value y) {
    return y.rank() > 1 && y.dim(1) == 1 ? y.squeeze(1) : y;
  }
}
