package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.onnx.SmallModel.FLOAT;
import static org.ntk4j.onnx.SmallModel.attribute;
import static org.ntk4j.onnx.SmallModel.node;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;

/// Functions that a model defines itself.
final class LocalFunctionTest {
  private static final String DOMAIN = "my.functions";
  private static final Tensor X = Tensor.of(new float[] {-2, 1, 3}, 3);

  private static FunctionProto.Builder function(String name, String inputs, String outputs) {
    return FunctionProto.newBuilder()
        .setDomain(DOMAIN)
        .setName(name)
        .addAllInput(List.of(inputs.split(",")))
        .addAllOutput(List.of(outputs.split(",")))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(18))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1));
  }

  private static NodeProto call(
      String name, String inputs, String outputs, AttributeProto... attributes) {
    return node(name, inputs, outputs, attributes).toBuilder().setDomain(DOMAIN).build();
  }

  private static AttributeProto reference(String name, String to) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setRefAttrName(to)
        .build();
  }

  private static SmallModel model() {
    return new SmallModel(18).input("x", FLOAT, 3).output("y", FLOAT, 3);
  }

  private static double[] run(SmallModel model) {
    return model.run(OnnxOptions.DEFAULT, X).getFirst().toDoubles();
  }

  /// `LeakyRelu(x; slope) · s`, names as in the model around.
  private static FunctionProto.Builder scaled() {
    return function("Scaled", "x,s", "y")
        .addAttribute("slope")
        .addNode(node("LeakyRelu", "x", "w", reference("alpha", "slope")))
        .addNode(node("Mul", "w,s", "y"));
  }

  @Test
  void a_function_is_its_body_with_attributes_bound() {
    SmallModel model =
        model()
            .floats("w", 2, 3, 4)
            .function(scaled().build())
            .add(call("Scaled", "x,w", "a", attribute("slope", 0.5f)))
            .add(call("Scaled", "a,w", "y", attribute("slope", 0.25f)));
    assertArrayEquals(new double[] {-1, 9, 48}, run(model));
  }

  @Test
  void an_attribute_not_given_is_the_functions_own_or_the_operators() {
    FunctionProto own =
        function("Scaled", "x,s", "y")
            .addAttributeProto(attribute("slope", 0.5f))
            .addNode(node("LeakyRelu", "x", "w", reference("alpha", "slope")))
            .addNode(node("Mul", "w,s", "y"))
            .build();
    SmallModel model = model().floats("w", 1, 1, 1).add(call("Scaled", "x,w", "y"));
    assertArrayEquals(new double[] {-1, 1, 3}, run(model.function(own)));
    SmallModel operators = model().floats("w", 1, 1, 1).add(call("Scaled", "x,w", "y"));
    assertEquals(-0.02, run(operators.function(scaled().build()))[0], 1e-8);
  }

  @Test
  void functions_call_functions_and_leave_inputs_out() {
    FunctionProto clip =
        function("Bounded", "x,lo,hi", "y").addNode(node("Clip", "x,lo,hi", "y")).build();
    FunctionProto outer =
        function("Outer", "x,top", "y,z")
            .addNode(call("Bounded", "x,,top", "y"))
            .addNode(call("Bounded", "x", "z"))
            .build();
    SmallModel model =
        model()
            .output("z", FLOAT, 3)
            .initializer(
                TensorProto.newBuilder().setName("two").setDataType(FLOAT).addFloatData(2).build())
            .function(clip)
            .function(outer)
            .add(call("Outer", "x,two", "y,z"));
    List<Tensor> results = model.run(OnnxOptions.DEFAULT, X);
    assertArrayEquals(new double[] {-2, 1, 2}, results.get(0).toDoubles());
    assertArrayEquals(new double[] {-2, 1, 3}, results.get(1).toDoubles());
  }

  @Test
  void what_functions_use_is_counted_and_their_weights_are_parameters() {
    SmallModel model =
        model()
            .floats("w", 2, 3, 4)
            .function(scaled().build())
            .add(call("Scaled", "x,w", "a", attribute("slope", 0.5f)))
            .add(call("Scaled", "a,w", "y", attribute("slope", 0.25f)));
    OnnxModel read = OnnxModel.read(model.bytes(), OnnxOptions.DEFAULT);
    assertEquals(Map.of("LeakyRelu", 2, "Mul", 2), read.operators());
    assertEquals(List.of("w"), read.parameters().paths());
  }

  @Test
  void what_cannot_be_imported_inside_of_a_function_is_named() {
    FunctionProto text =
        function("Text", "x", "y").addNode(node("StringNormalizer", "x", "y")).build();
    SmallModel model = model().function(text).add(call("Text", "x", "y"));
    OnnxException e = assertThrows(OnnxException.class, () -> run(model));
    assertTrue(String.valueOf(e.getMessage()).contains("(StringNormalizer)"), e.getMessage());
  }

  @Test
  void a_function_that_calls_itself_is_refused() {
    FunctionProto endless =
        function("Endless", "x", "y").addNode(call("Endless", "x", "y")).build();
    SmallModel model = model().function(endless).add(call("Endless", "x", "y"));
    OnnxException e = assertThrows(OnnxException.class, () -> run(model));
    assertTrue(String.valueOf(e.getMessage()).contains("must not call itself"), e.getMessage());
  }
}
