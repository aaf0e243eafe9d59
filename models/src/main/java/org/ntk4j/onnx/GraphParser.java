package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.ntk4j.core.Tensor;
import org.ntk4j.onnx.Graph.GraphNode;

/// Graphs out of messages; the model's own functions become bodies of the nodes that call them.
final class GraphParser {
  /// Functions that call functions multiply nodes; no model has so many.
  private static final int MAX_NODES = 1_000_000;

  private static final int MAX_CALLS = 32;

  private final TensorReader tensors;
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private int nodes;
  private int calls;

  GraphParser(ModelProto model, TensorReader tensors) {
    this.tensors = tensors;
    for (FunctionProto f : model.getFunctionsList()) {
      String key = key(f.getDomain(), f.getName(), f.getOverload());
      if (functions.put(key, f) != null) {
        throw new OnnxException("function '%s' is defined twice".formatted(f.getName()));
      }
    }
  }

  /// What is bound where a graph is parsed.
  ///
  /// @param arguments attributes of the function call around, if in a function
  /// @param repeated whether it is the body of a loop
  private record Context(
      int opset,
      Set<String> outer,
      Optional<Map<String, AttributeProto>> arguments,
      boolean repeated) {
    Context within(NodeProto node) {
      boolean loop = node.getOpType().equals("Loop") || node.getOpType().equals("Scan");
      return new Context(opset, outer, arguments, repeated || loop);
    }
  }

  /// Initializers that cannot be read, as lines for the error that lists what is unsupported.
  List<String> problems() {
    return List.copyOf(problems);
  }

  /// The graph of a model.
  Graph main(GraphProto proto, int opset) {
    return graph(proto, "graph", new Context(opset, Set.of(), Optional.empty(), false));
  }

  private static String key(String domain, String name, String overload) {
    return (ModelReader.isDefault(domain) ? "" : domain) + "|" + name + "|" + overload;
  }

  private Graph graph(GraphProto proto, String where, Context context) {
    SequencedMap<String, Tensor> initializers = new LinkedHashMap<>();
    Set<String> given = new HashSet<>();
    if (proto.getSparseInitializerCount() > 0) {
      throw new OnnxException(where + " has sparse initializers, which are not supported");
    }
    for (TensorProto t : proto.getInitializerList()) {
      if (!given.add(t.getName())) {
        throw new OnnxException(
            "%s: the name '%s' is given twice: by two initializers".formatted(where, t.getName()));
      }
      String place = "initializer '" + t.getName() + "'";
      if (tensors.dtype(t.getDataType()).isEmpty()) {
        problems.add(place + " has " + TensorReader.unsupported(t.getDataType()));
      } else {
        initializers.put(t.getName(), tensors.read(t, place));
      }
    }
    List<String> inputs = new ArrayList<>();
    for (ValueInfoProto v : proto.getInputList()) {
      if (inputs.contains(v.getName())) {
        throw new OnnxException(
            "%s: the name '%s' is given twice: by two inputs".formatted(where, v.getName()));
      }
      if (given.add(v.getName())) {
        inputs.add(v.getName());
      }
    }
    List<String> outputs = proto.getOutputList().stream().map(ValueInfoProto::getName).toList();
    return ordered(where, inputs, outputs, initializers, given, proto.getNodeList(), context);
  }

  private Graph ordered(
      String where,
      List<String> inputs,
      List<String> outputs,
      SequencedMap<String, Tensor> initializers,
      Set<String> given,
      List<NodeProto> protos,
      Context context) {
    Set<String> visible = new HashSet<>(context.outer());
    visible.addAll(given);
    protos.forEach(p -> visible.addAll(p.getOutputList()));
    Context inner = new Context(context.opset(), visible, context.arguments(), context.repeated());
    Map<String, TensorProto> constants = constants(protos);
    Function<String, Optional<Tensor>> known =
        name ->
            Optional.ofNullable(initializers.get(name))
                .or(() -> Optional.ofNullable(constants.get(name)).flatMap(this::value));
    List<GraphNode> parsed = new ArrayList<>();
    for (NodeProto p : protos) {
      parsed.add(node(p, where, inner, known));
    }
    List<GraphNode> order = NodeOrder.of(where, parsed, given, context.outer(), outputs);
    Set<String> free = new LinkedHashSet<>(outputs);
    order.forEach(n -> free.addAll(NodeOrder.needs(n)));
    free.removeAll(given);
    order.forEach(n -> n.outputs().forEach(free::remove));
    return new Graph(where, inputs, outputs, initializers, order, free);
  }

  /// Tensors of nodes that are constants, by name.
  private static Map<String, TensorProto> constants(List<NodeProto> protos) {
    Map<String, TensorProto> constants = new HashMap<>();
    for (NodeProto p : protos) {
      if (p.getOpType().equals("Constant") && ModelReader.isDefault(p.getDomain())) {
        for (AttributeProto a : p.getAttributeList()) {
          if (a.hasT()) {
            p.getOutputList().forEach(name -> constants.put(name, a.getT()));
          }
        }
      }
    }
    return constants;
  }

  private Optional<Tensor> value(TensorProto t) {
    return tensors.dtype(t.getDataType()).isPresent()
        ? Optional.of(tensors.read(t, "a constant"))
        : Optional.empty();
  }

  private GraphNode node(
      NodeProto proto, String where, Context context, Function<String, Optional<Tensor>> known) {
    nodes++;
    if (nodes > MAX_NODES) {
      throw new OnnxException(
          "more than %d nodes, those of called functions included".formatted(MAX_NODES));
    }
    String name =
        proto.getName().isEmpty()
            ? proto.getOutputList().stream().filter(o -> !o.isEmpty()).findFirst().orElse("")
            : proto.getName();
    String operator = proto.getOpType();
    String described = Node.describe(name, operator);
    Map<String, AttributeProto> raw = attributes(proto, described, context);
    Attributes attributes =
        new Attributes(described, raw, tensors, new Attributes.Place(nodes, context.repeated()));
    SequencedMap<String, Graph> subgraphs =
        subgraphs(raw, where + ", " + described, context.within(proto));
    Optional<Graph> function =
        Optional.ofNullable(functions.get(key(proto.getDomain(), operator, proto.getOverload())))
            .map(f -> function(f, raw, described, context.repeated()));
    Optional<Operator> row =
        function.isEmpty() && ModelReader.isDefault(proto.getDomain())
            ? Operators.find(operator, context.opset())
            : Optional.empty();
    return new GraphNode(
        name,
        operator,
        proto.getDomain(),
        context.opset(),
        proto.getInputList(),
        proto.getOutputList(),
        attributes,
        subgraphs,
        row,
        function,
        function.isPresent()
            ? Optional.empty()
            : problem(proto, row, attributes, context.opset(), known));
  }

  private static Optional<String> problem(
      NodeProto proto,
      Optional<Operator> row,
      Attributes attributes,
      int opset,
      Function<String, Optional<Tensor>> known) {
    if (row.isPresent()) {
      List<String> inputs = proto.getInputList();
      return row.get()
          .objection()
          .to(attributes, i -> i < inputs.size() ? known.apply(inputs.get(i)) : Optional.empty());
    }
    return Optional.of(
        ModelReader.isDefault(proto.getDomain())
            ? "not supported in opset " + opset
            : "of domain '" + proto.getDomain() + "', which is not supported");
  }

  private static Map<String, AttributeProto> attributes(
      NodeProto proto, String described, Context context) {
    Map<String, AttributeProto> raw = new LinkedHashMap<>();
    for (AttributeProto a : proto.getAttributeList()) {
      Optional<AttributeProto> bound = Optional.of(a);
      if (!a.getRefAttrName().isEmpty()) {
        bound =
            context
                .arguments()
                .flatMap(arguments -> Optional.ofNullable(arguments.get(a.getRefAttrName())));
      }
      if (bound.isPresent() && raw.put(a.getName(), bound.get()) != null) {
        throw new OnnxException(
            "%s: attribute %s is given twice".formatted(described, a.getName()));
      }
    }
    return raw;
  }

  private SequencedMap<String, Graph> subgraphs(
      Map<String, AttributeProto> raw, String where, Context context) {
    SequencedMap<String, Graph> graphs = new LinkedHashMap<>();
    raw.forEach((name, a) -> {
      if (a.getType() == AttributeType.GRAPH) {
        graphs.put(name, graph(a.getG(), where + ", " + name, context));
      }
    });
    return graphs;
  }

  private Graph function(
      FunctionProto f, Map<String, AttributeProto> raw, String where, boolean repeated) {
    if (calls >= MAX_CALLS) {
      throw new OnnxException(
          "%s: functions call each other more than %d deep; a function must not call itself"
              .formatted(where, MAX_CALLS));
    }
    Map<String, AttributeProto> arguments = new LinkedHashMap<>();
    f.getAttributeProtoList().forEach(a -> arguments.put(a.getName(), a));
    arguments.putAll(raw);
    String name = "function '" + f.getName() + "'";
    int opset = ModelReader.opset(f.getOpsetImportList(), name);
    Context context = new Context(opset, Set.of(), Optional.of(arguments), repeated);
    calls++;
    try {
      return ordered(
          name,
          f.getInputList(),
          f.getOutputList(),
          new LinkedHashMap<>(),
          new HashSet<>(f.getInputList()),
          f.getNodeList(),
          context);
    } finally {
      calls--;
    }
  }
}
