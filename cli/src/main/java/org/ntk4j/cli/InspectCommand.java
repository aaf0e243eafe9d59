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
    customSynopsis = "ntk inspect MODEL.onnx [OPTION]...",
    description = {
      "Shows what is in a network.",
      "Inputs, outputs, parameters and what uses them, operators, those that are not supported, and"
          + " the cost of a forward pass of one example."
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
  /// Cells longer than this do not widen their column.
  private static final int WIDE = 48;

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
    lines.addAll(rows(model.inputs().stream().map(i -> List.of(i.name(), i.toString())).toList()));
    lines.add("Outputs");
    lines.addAll(rows(model.outputs().stream().map(o -> List.of(o.name(), o.toString())).toList()));
    lines.add("");
    List<ParameterChoice> chosen =
        model.choices().stream().filter(ParameterChoice::parameter).toList();
    List<ParameterChoice> others = model.choices().stream().filter(c -> !c.parameter()).toList();
    lines.add(format("Parameters: %d tensors, %,d numbers", chosen.size(), size(model)));
    lines.addAll(rows(chosen.stream().map(InspectCommand::row).toList()));
    if (!others.isEmpty()) {
      lines.add("Other floating-point tensors, and why they are no parameters");
      lines.addAll(rows(others.stream().map(InspectCommand::row).toList()));
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

  private static List<String> row(ParameterChoice c) {
    String why = c.parameter() ? "" : ": " + c.why();
    return List.of(c.name(), c.dtype() + c.shape().toString(), "used by " + users(c) + why);
  }

  /// Lines with the cells of a column below each other; a cell that is much longer than most makes
  /// its own line longer, and not all of them.
  private static List<String> rows(List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
    for (int i = 0; i < columns; i++) {
      int column = i;
      widths.add(
          rows.stream()
              .mapToInt(row -> row.get(column).length())
              .filter(length -> length <= WIDE)
              .max()
              .orElse(0));
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        line.append("  ").append(cell).repeat(" ", Math.max(0, widths.get(i) - cell.length()));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
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

  /// A number, or the name of a free size.
  private static Object dim(TensorInfo.Dim dim) {
    return dim.size().isPresent() ? (Object) dim.size().getAsLong() : dim.toString();
  }

  private static List<Object> infos(List<TensorInfo> infos) {
    List<Object> all = new ArrayList<>();
    for (TensorInfo info : infos) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", info.name());
      row.put("type", info.toString());
      info.dtype().ifPresent(dtype -> row.put("dtype", dtype));
      info.dims()
          .ifPresent(dims -> row.put("shape", dims.stream().map(InspectCommand::dim).toList()));
      all.add(row);
    }
    return all;
  }
}
