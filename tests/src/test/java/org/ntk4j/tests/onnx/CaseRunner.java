package org.ntk4j.tests.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
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
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.onnx.OnnxException;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.OnnxOptions;
import org.ntk4j.onnx.Operator;
import org.ntk4j.onnx.Operators;

/// Imports a test's model and runs it.
///
/// Most operators take their shapes, axes and bounds as inputs, which a network has to know when it
/// is imported. So inputs are first all data; if that is refused, integers and what steers an
/// operator become part of the model; if that is refused too, all inputs do.
final class CaseRunner {
  /// What came of a test.
  sealed interface Outcome {
    /// Equal outputs.
    ///
    /// @param known how many of the inputs were part of the model
    record Passed(int known) implements Outcome {}

    /// Refused with a message.
    record Refused(String message) implements Outcome {}

    /// Wrong outputs, or a failure that is no refusal.
    record Wrong(String message) implements Outcome {}
  }

  private static final int FLOAT = 1;
  private static final int DOUBLE = 11;
  private static final String UNUSED = "unused_input";

  private CaseRunner() {}

  static Outcome run(NodeCase test) {
    List<BiPredicate<GraphProto, Integer>> attempts =
        List.of(
            (_, _) -> false,
            (graph, input) ->
                !isFloating(test.inputs().get(input))
                    || steers(graph, graph.getInput(input).getName()),
            (_, _) -> true);
    List<String> refusals = new ArrayList<>();
    for (BiPredicate<GraphProto, Integer> known : attempts) {
      try {
        return attempt(test, known);
      } catch (OnnxException e) {
        refusals.add(String.valueOf(e.getMessage()));
      } catch (InvalidProtocolBufferException | RuntimeException e) {
        return new Outcome.Wrong(e.toString());
      }
    }
    return new Outcome.Refused(refusals.getLast());
  }

  private static boolean isFloating(TensorProto x) {
    return x.getDataType() == FLOAT || x.getDataType() == DOUBLE;
  }

  private static boolean steers(GraphProto graph, String input) {
    for (NodeProto node : graph.getNodeList()) {
      Optional<Operator> row = Operators.find(node.getOpType(), Long.MAX_VALUE);
      for (int k = 0; k < node.getInputCount(); k++) {
        if (node.getInput(k).equals(input) && row.isPresent() && row.get().steering().contains(k)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Outcome attempt(NodeCase test, BiPredicate<GraphProto, Integer> known)
      throws InvalidProtocolBufferException {
    ModelProto model = ModelProto.parseFrom(test.model());
    GraphProto graph = model.getGraph();
    GraphProto.Builder changed = graph.toBuilder().clearInput();
    SequencedMap<String, Tensor> data = new LinkedHashMap<>();
    int count = 0;
    for (int k = 0; k < test.inputs().size(); k++) {
      ValueInfoProto input = graph.getInput(k);
      TensorProto value = test.inputs().get(k).toBuilder().setName(input.getName()).build();
      if (known.test(graph, k)) {
        changed.addInitializer(value);
        count++;
      } else {
        changed.addInput(open(input, value));
        data.put(input.getName(), NodeCase.tensor(value));
      }
    }
    if (data.isEmpty()) {
      TypeProto.Tensor scalar =
          TypeProto.Tensor.newBuilder()
              .setElemType(FLOAT)
              .setShape(TensorShapeProto.getDefaultInstance())
              .build();
      changed.addInput(
          ValueInfoProto.newBuilder()
              .setName(UNUSED)
              .setType(TypeProto.newBuilder().setTensorType(scalar)));
      data.put(UNUSED, Tensor.of(new float[] {0}).reshape(Shape.SCALAR));
    }
    byte[] bytes = model.toBuilder().setGraph(changed).build().toByteArray();
    List<String> differences = test.differences(evaluate(bytes, data));
    return differences.isEmpty()
        ? new Outcome.Passed(count)
        : new Outcome.Wrong(differences.getFirst());
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

  private static List<Tensor> evaluate(byte[] model, SequencedMap<String, Tensor> data) {
    OnnxModel read = OnnxModel.read(model, OnnxOptions.DEFAULT.parameters(_ -> false));
    SequencedMap<String, Tree<Aval>> avals = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> e : data.entrySet()) {
      Tensor value = e.getValue();
      avals.put(e.getKey(), Tree.of(new Aval(value.dtype(), value.shape())));
    }
    Trace.TreeProgram program =
        Trace.program(
            Tree.map(new LinkedHashMap<>()),
            Tree.map(avals),
            (params, x) -> read.network().apply(params, x));
    return Evaluator.run(program.program(), List.copyOf(data.values()));
  }
}
