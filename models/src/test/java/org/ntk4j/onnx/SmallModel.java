package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Networks;

/// A model written node by node.
final class SmallModel {
  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int BOOL = 9;
  static final int FLOAT16 = 10;
  static final int DOUBLE = 11;
  static final int BFLOAT16 = 16;

  private final long opset;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
  private final List<FunctionProto> functions = new ArrayList<>();

  SmallModel(long opset) {
    this.opset = opset;
  }

  static ValueInfoProto info(String name, int type, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long d : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(d));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /// @param inputs and `outputs` separated by commas; names may be empty
  static NodeProto node(
      String operator, String inputs, String outputs, AttributeProto... attributes) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(inputs.isEmpty() ? List.of() : List.of(inputs.split(",")))
        .addAllOutput(List.of(outputs.split(",")))
        .addAllAttribute(List.of(attributes))
        .build();
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto attribute(String name, List<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  static AttributeProto attribute(String name, GraphProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(value)
        .build();
  }

  SmallModel input(String name, int type, long... dims) {
    graph.addInput(info(name, type, dims));
    return this;
  }

  SmallModel output(String name, int type, long... dims) {
    graph.addOutput(info(name, type, dims));
    return this;
  }

  SmallModel add(NodeProto node) {
    graph.addNode(node);
    return this;
  }

  SmallModel initializer(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  SmallModel floats(String name, float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addDims(values.length);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return initializer(tensor.build());
  }

  SmallModel function(FunctionProto function) {
    functions.add(function);
    return this;
  }

  byte[] bytes() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(10)
            .setGraph(graph)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
            .addAllFunctions(functions);
    functions.stream()
        .map(FunctionProto::getDomain)
        .distinct()
        .forEach(
            d -> model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(d).setVersion(1)));
    return model.build().toByteArray();
  }

  /// The outputs for inputs in the order of the model.
  List<Tensor> run(OnnxOptions options, Tensor... inputs) {
    return run(OnnxModel.read(bytes(), options), inputs);
  }

  /// The outputs for inputs in the order of the model.
  static List<Tensor> run(OnnxModel model, Tensor... inputs) {
    SequencedMap<String, Tree<Tensor>> named = new LinkedHashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      named.put(model.inputs().get(i).name(), Tree.of(inputs[i]));
    }
    return Networks.run(model.network(), model.parameters(), Tree.map(named)).leaves();
  }
}
