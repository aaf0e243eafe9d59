package org.ntk4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.pass.Cost;
import org.ntk4j.ntk.Networks;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.ParameterChoice;
import org.ntk4j.onnx.TensorInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ntk inspect`: what is in a model.
@Command(
    name = "inspect",
    description = {
      "Shows what is in a network.",
      "Inputs, outputs, parameters and what uses them, operators, those that are not supported,",
      "and the cost of a forward pass of one example."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  ntk inspect model.onnx",
      "Example: what would be differentiated if biases were kept constant",
      "  ntk inspect model.onnx --freeze bias"
    })
final class InspectCommand extends NetworkCommand {
  @Mixin private ParameterOptions modelOptions = new ParameterOptions();

  @Override
  int run(Progress progress) throws IOException {
    progress.step("reading the network");
    OnnxModel model = modelOptions.read();
    progress.step("counting its operations");
    ForwardCost cost = ForwardCost.of(model);
    result(json(model, cost), () -> text(model, cost));
    return 0;
  }

  /// The cost of a forward pass of one example, or why it is not known.
  private record ForwardCost(Optional<Cost> cost, String problem) {
    static ForwardCost of(OnnxModel model) {
      if (!model.unsupported().isEmpty()) {
        return new ForwardCost(Optional.empty(), "not known, because not everything is supported");
      }
      SequencedMap<String, Tree<Aval>> inputs = new LinkedHashMap<>();
      for (TensorInfo input : model.inputs()) {
        List<Long> dims = new ArrayList<>();
        for (TensorInfo.Dim dim : input.dims().orElse(List.of())) {
          if (dim.size().isEmpty() && !dims.isEmpty()) {
            return new ForwardCost(
                Optional.empty(), "not known, because input '" + input.name() + "' has free sizes");
          }
          dims.add(dim.size().orElse(1));
        }
        if (input.dims().isEmpty()) {
          return new ForwardCost(
              Optional.empty(), "not known, because input '" + input.name() + "' has no shape");
        }
        inputs.put(
            input.name(), Tree.of(new Aval(input.dtype().orElse(DType.F32), Shape.of(dims))));
      }
      try {
        return new ForwardCost(
            Optional.of(
                Cost.of(
                    Networks.program(
                            model.network(), Networks.avals(model.parameters()), Tree.map(inputs))
                        .program())),
            "");
      } catch (RuntimeException e) {
        return new ForwardCost(Optional.empty(), "not known: " + e.getMessage());
      }
    }
  }

  private static long size(OnnxModel model) {
    return model.parameters().leaves().stream().mapToLong(Tensor::size).sum();
  }

  private static String text(OnnxModel model, ForwardCost cost) {
    List<String> lines = new ArrayList<>();
    lines.add(format("%s: ONNX, operator set %d", model.name(), model.opset()));
    lines.add("");
    lines.add("Inputs");
    model.inputs().forEach(i -> lines.add("  " + i.name() + "  " + i));
    lines.add("Outputs");
    model.outputs().forEach(o -> lines.add("  " + o.name() + "  " + o));
    lines.add("");
    List<ParameterChoice> chosen =
        model.choices().stream().filter(ParameterChoice::parameter).toList();
    List<ParameterChoice> others = model.choices().stream().filter(c -> !c.parameter()).toList();
    lines.add(format("Parameters: %d tensors, %,d numbers", chosen.size(), size(model)));
    chosen.forEach(c -> lines.add(row(c)));
    if (!others.isEmpty()) {
      lines.add("Other floating-point tensors, and why they are no parameters");
      others.forEach(c -> lines.add(row(c) + ": " + c.why()));
    }
    lines.add("");
    lines.add(
        "Operators: "
            + model.operators().entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", ")));
    if (model.unsupported().isEmpty()) {
      lines.add("Not supported: nothing");
    } else {
      lines.add("Not supported");
      model.unsupported().forEach(u -> lines.add("  " + u));
    }
    lines.add(
        "Forward pass of one example: "
            + cost.cost()
                .map(c ->
                    count(c.operations())
                        + " operations, at most "
                        + bytes(c.peakBytes())
                        + " of memory")
                .orElse(cost.problem()));
    return String.join(System.lineSeparator(), lines);
  }

  private static String row(ParameterChoice c) {
    return format("  %s  %s%s  used by %s", c.name(), c.dtype(), c.shape(), users(c));
  }

  private static String users(ParameterChoice c) {
    return c.usedBy().isEmpty() ? "nothing" : String.join(", ", c.usedBy());
  }

  private static Map<String, Object> json(OnnxModel model, ForwardCost cost) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", model.name());
    result.put("opset", model.opset());
    result.put("inputs", infos(model.inputs()));
    result.put("outputs", infos(model.outputs()));
    List<Object> tensors = new ArrayList<>();
    for (ParameterChoice c : model.choices()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", c.name());
      row.put("dtype", c.dtype());
      row.put("shape", c.shape().dims());
      row.put("usedBy", c.usedBy());
      row.put("parameter", c.parameter());
      row.put("why", c.why());
      tensors.add(row);
    }
    result.put("tensors", tensors);
    result.put("parameterCount", size(model));
    result.put("operators", model.operators());
    result.put("unsupported", model.unsupported());
    cost.cost()
        .ifPresent(c -> {
          result.put("forwardOperations", c.operations());
          result.put("forwardPeakBytes", c.peakBytes());
        });
    return result;
  }

  private static List<Object> infos(List<TensorInfo> infos) {
    List<Object> all = new ArrayList<>();
    for (TensorInfo info : infos) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", info.name());
      row.put("type", info.toString());
      all.add(row);
    }
    return all;
  }
}
