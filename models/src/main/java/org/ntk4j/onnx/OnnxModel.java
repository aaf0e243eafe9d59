package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Network;

/// A network read from an ONNX file.
///
/// {@snippet :
/// OnnxModel model = OnnxModel.read(Path.of("model.onnx"));
/// Ntk ntk = Ntk.of(model.network()).build();
/// Kernel k = ntk.compute(Tree.map("x", Tree.of(x)), model.parameters());
/// }
///
/// @param name of the file, for messages
/// @param opset version of the default operator set
/// @param inputs what must be given, by name
/// @param outputs what is computed
/// @param parameters tensors to differentiate by, by name of the initializer
/// @param choices for each floating-point tensor of the model whether it is a parameter, and why
/// @param operators how many nodes use each operator
/// @param unsupported nodes and inputs that cannot be imported, a line each
public record OnnxModel(
    String name,
    int opset,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs,
    Tree<Tensor> parameters,
    List<ParameterChoice> choices,
    SortedMap<String, Integer> operators,
    List<String> unsupported,
    Recorded recorded) {

  private static final Set<String> INDEXING =
      Set.of("Gather", "GatherElements", "GatherND", "Scatter", "ScatterElements", "ScatterND");

  /// What the network is recorded from.
  public static final class Recorded {
    private final Graph graph;

    Recorded(Graph graph) {
      this.graph = graph;
    }
  }

  public OnnxModel {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    choices = List.copyOf(choices);
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
    unsupported = List.copyOf(unsupported);
  }

  /// The model in `file`.
  ///
  /// @throws OnnxException if there is none, in one line
  public static OnnxModel read(Path file) {
    return read(file, OnnxOptions.DEFAULT);
  }

  /// The model in `file`.
  ///
  /// @throws OnnxException if there is none, in one line
  public static OnnxModel read(Path file, OnnxOptions options) {
    String name = String.valueOf(file.getFileName());
    try {
      Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
      return of(name, ModelReader.bytes(file), options, Optional.of(folder));
    } catch (OnnxException e) {
      throw e.in(name);
    }
  }

  /// The model in `bytes`, which must hold all of its data.
  ///
  /// @throws OnnxException if there is none, in one line
  public static OnnxModel read(byte[] bytes, OnnxOptions options) {
    return of("model", bytes, options, Optional.empty());
  }

  private static OnnxModel of(
      String name, byte[] bytes, OnnxOptions options, Optional<Path> folder) {
    ModelProto proto = ModelReader.parse(bytes);
    int opset = ModelReader.opset(proto.getOpsetImportList(), "the model");
    TensorReader tensors = new TensorReader(options, new ExternalData(folder));
    GraphParser parser = new GraphParser(proto, tensors);
    Graph graph = parser.main(proto.getGraph(), opset);
    List<TensorInfo> inputs = new ArrayList<>();
    Set<String> problems = new LinkedHashSet<>(parser.problems());
    for (ValueInfoProto v : proto.getGraph().getInputList()) {
      if (graph.inputs().contains(v.getName())) {
        inputs.add(TensorInfo.of(v, tensors));
        inputProblem(v, tensors).ifPresent(problems::add);
      }
    }
    List<TensorInfo> outputs =
        proto.getGraph().getOutputList().stream().map(v -> TensorInfo.of(v, tensors)).toList();
    SortedMap<String, Integer> operators = new TreeMap<>();
    graph.forEachNode(node -> {
      if (node.function().isEmpty()) {
        operators.merge(node.operator(), 1, Integer::sum);
      }
      node.problem().ifPresent(p -> problems.add(node.describe() + " is " + p));
    });
    problems.addAll(NarrowIntegers.problems(graph, narrow(proto.getGraph())));
    ParameterRules.Decision decision = ParameterRules.decide(options, graph);
    return new OnnxModel(
        name,
        opset,
        inputs,
        outputs,
        tree(decision.parameters()),
        decision.choices(),
        operators,
        List.copyOf(problems),
        new Recorded(graph));
  }

  private static Set<String> narrow(GraphProto graph) {
    Set<String> names = new LinkedHashSet<>();
    for (ValueInfoProto v : graph.getInputList()) {
      if (isNarrow(v.getType().getTensorType().getElemType())) {
        names.add(v.getName());
      }
    }
    for (TensorProto t : graph.getInitializerList()) {
      if (isNarrow(t.getDataType())) {
        names.add(t.getName());
      }
    }
    return names;
  }

  private static boolean isNarrow(int type) {
    return ElementType.of(type).filter(ElementType::isNarrow).isPresent();
  }

  private static Optional<String> inputProblem(ValueInfoProto v, TensorReader tensors) {
    if (!v.getType().hasTensorType()) {
      return Optional.of(
          "input '%s' is no tensor; sequences, maps and optionals are not supported"
              .formatted(v.getName()));
    }
    int type = v.getType().getTensorType().getElemType();
    return tensors.dtype(type).isPresent()
        ? Optional.empty()
        : Optional.of("input '" + v.getName() + "' has " + TensorReader.unsupported(type));
  }

  private static Tree<Tensor> tree(SequencedMap<String, Tensor> tensors) {
    SequencedMap<String, Tree<Tensor>> children = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> children.put(name, Tree.of(tensor)));
    return Tree.map(children);
  }

  /// The network with all outputs: a function of parameters and inputs by name to outputs by name.
  ///
  /// Inputs have the declared dtypes; sizes that the model leaves open are those given. A model
  /// made for one example takes any number of them.
  ///
  /// An index in the data that is out of range reads 0 and writes nothing; [#wrongIndices] finds it
  /// beforehand.
  ///
  /// @throws OnnxException if nodes are not supported; names all of them
  public Network network() {
    return network(recorded.graph.outputs());
  }

  /// The network with some of the outputs.
  ///
  /// @throws OnnxException if nodes are not supported, or there is no such output
  public Network network(List<String> selected) {
    return imported(selected);
  }

  /// Indices that are data, such as token ids, and out of range of what they index; a line for each
  /// node that meets one. Those inside of loops and branches that depend on data are not seen.
  ///
  /// @param x inputs by name
  /// @throws OnnxException if the network does not take them
  public List<String> wrongIndices(Tree<Tensor> x) {
    return operators.keySet().stream().anyMatch(INDEXING::contains) || !unsupported.isEmpty()
        ? imported(recorded.graph.outputs()).wrongIndices(parameters, x)
        : List.of();
  }

  private ImportedNetwork imported(List<String> selected) {
    if (!unsupported.isEmpty()) {
      throw OnnxException.several(
          "%s cannot be imported, %d %s"
              .formatted(
                  name,
                  unsupported.size(),
                  unsupported.size() == 1 ? "thing is not supported" : "things are not supported"),
          unsupported);
    }
    for (String output : selected) {
      if (!recorded.graph.outputs().contains(output)) {
        throw new OnnxException(
            "%s has no output '%s'; its outputs are %s"
                .formatted(name, output, recorded.graph.outputs()));
      }
    }
    return new ImportedNetwork(recorded.graph.selecting(selected), inputs);
  }
}
