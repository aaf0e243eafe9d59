package org.ntk4j.tests.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiPredicate;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.onnx.OnnxException;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.OnnxOptions;
import org.ntk4j.onnx.Operator;
import org.ntk4j.onnx.Operators;

/// A test's model as a program of those inputs that are data.
///
/// Most operators take their shapes, axes and bounds as inputs, which a network has to know when it
/// is imported. So inputs are first all data; if that is refused, integers and what steers an
/// operator become part of the model; if that is refused too, all inputs do.
///
/// @param arguments the inputs that are data
/// @param known how many of the inputs are part of the model
record ImportedCase(Program program, List<Tensor> arguments, int known) {
  private static final int FLOAT = 1;
  private static final int STRING = 8;
  private static final int DOUBLE = 11;
  private static final String UNUSED = "unused_input";

  private static final List<BiPredicate<NodeCase, InputOf>> ATTEMPTS =
      List.of(
          (_, _) -> false,
          (test, input) -> !isFloating(test.inputs().get(input.index())) || steers(input),
          (_, _) -> true);

  ImportedCase {
    arguments = List.copyOf(arguments);
  }

  /// An input of a graph.
  private record InputOf(GraphProto graph, int index) {
    ValueInfoProto info() {
      return graph.getInput(index);
    }
  }

  /// The test's model, imported with these options.
  ///
  /// @throws OnnxException if it is refused however its inputs are given
  static ImportedCase of(NodeCase test, OnnxOptions options) throws InvalidProtocolBufferException {
    OnnxException refusal = new OnnxException("no attempt");
    for (BiPredicate<NodeCase, InputOf> known : ATTEMPTS) {
      try {
        return attempt(test, options, known);
      } catch (OnnxException e) {
        refusal = e;
      }
    }
    throw refusal;
  }

  private static boolean isFloating(TensorProto x) {
    return x.getDataType() == FLOAT || x.getDataType() == DOUBLE;
  }

  private static boolean steers(InputOf input) {
    for (NodeProto node : input.graph().getNodeList()) {
      Optional<Operator> row = Operators.find(node.getOpType(), Long.MAX_VALUE);
      for (int k = 0; k < node.getInputCount(); k++) {
        if (node.getInput(k).equals(input.info().getName())
            && row.isPresent()
            && row.get().steering().contains(k)) {
          return true;
        }
      }
    }
    return false;
  }

  private static ImportedCase attempt(
      NodeCase test, OnnxOptions options, BiPredicate<NodeCase, InputOf> known)
      throws InvalidProtocolBufferException {
    ModelProto model = ModelProto.parseFrom(test.model());
    GraphProto graph = model.getGraph();
    GraphProto.Builder changed = graph.toBuilder().clearInput();
    SequencedMap<String, Tensor> data = new LinkedHashMap<>();
    int count = 0;
    for (int k = 0; k < test.inputs().size(); k++) {
      ValueInfoProto input = graph.getInput(k);
      TensorProto value = test.inputs().get(k).toBuilder().setName(input.getName()).build();
      if (known.test(test, new InputOf(graph, k))) {
        changed.addInitializer(value);
        count++;
      } else {
        if (value.getDataType() == STRING) {
          throw new OnnxException("strings are no data");
        }
        changed.addInput(open(input, value));
        data.put(input.getName(), converted(NodeCase.tensor(value), options));
      }
    }
    if (data.isEmpty()) {
      changed.addInput(unused());
      Tensor zero = Tensor.of(new float[] {0}).reshape(Shape.SCALAR);
      data.put(UNUSED, converted(zero, options));
    }
    byte[] bytes = model.toBuilder().setGraph(changed).build().toByteArray();
    return new ImportedCase(
        program(OnnxModel.read(bytes, options.parameters(_ -> false)), data),
        List.copyOf(data.values()),
        count);
  }

  private static Tensor converted(Tensor x, OnnxOptions options) {
    return x.dtype().isFloating() ? x.to(options.floats().orElse(x.dtype())) : x;
  }

  /// A program has at least one input.
  private static ValueInfoProto unused() {
    TypeProto.Tensor scalar =
        TypeProto.Tensor.newBuilder()
            .setElemType(FLOAT)
            .setShape(TensorShapeProto.getDefaultInstance())
            .build();
    return ValueInfoProto.newBuilder()
        .setName(UNUSED)
        .setType(TypeProto.newBuilder().setTensorType(scalar))
        .build();
  }

  /// The input with the shape of the value that is given.
  private static ValueInfoProto open(ValueInfoProto input, TensorProto value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : value.getDimsList()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor type =
        input.getType().getTensorType().toBuilder()
            .setElemType(value.getDataType())
            .setShape(shape)
            .build();
    return input.toBuilder().setType(TypeProto.newBuilder().setTensorType(type)).build();
  }

  private static Program program(OnnxModel model, SequencedMap<String, Tensor> data) {
    SequencedMap<String, Tree<Aval>> avals = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> e : data.entrySet()) {
      Tensor value = e.getValue();
      avals.put(e.getKey(), Tree.of(new Aval(value.dtype(), value.shape())));
    }
    return Trace.program(
            Tree.map(new LinkedHashMap<>()),
            Tree.map(avals),
            (params, x) -> model.network().apply(params, x))
        .program();
  }

  /// Which arguments can have tangents.
  List<Boolean> active() {
    return arguments.stream().map(x -> x.dtype().isFloating() && x.size() > 0).toList();
  }

  /// Whether there is a floating-point input that is data, and a floating-point output.
  boolean isDifferentiable(NodeCase test) {
    boolean given = !test.inputs().isEmpty() && known < test.inputs().size();
    return given
        && active().contains(true)
        && program.outputAvals().stream().anyMatch(y -> y.isFloating() && y.size() > 0);
  }
}
