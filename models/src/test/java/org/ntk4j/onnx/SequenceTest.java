package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.onnx.SmallModel.FLOAT;
import static org.ntk4j.onnx.SmallModel.INT64;
import static org.ntk4j.onnx.SmallModel.attribute;
import static org.ntk4j.onnx.SmallModel.node;

import ai.onnx.proto.OnnxMl.TensorProto;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;

/// Sequences whose length is known leave nothing in the program.
final class SequenceTest {
  private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

  private static TensorProto integer(String name, long value) {
    return TensorProto.newBuilder().setName(name).setDataType(INT64).addInt64Data(value).build();
  }

  private static SmallModel model() {
    return new SmallModel(18)
        .input("x", FLOAT, 3, 2)
        .output("y", FLOAT)
        .initializer(integer("one", 1))
        .initializer(integer("two", 2))
        .initializer(integer("last", -1));
  }

  private static double[] run(SmallModel model) {
    return model.run(OnnxOptions.DEFAULT, X).getFirst().toDoubles();
  }

  @Test
  void splits_are_taken_apart_and_put_together() {
    assertArrayEquals(
        new double[] {5, 6, 3, 4},
        run(
            model()
                .add(node("SplitToSequence", "x", "s"))
                .add(node("SequenceAt", "s,last", "a"))
                .add(node("SequenceAt", "s,one", "b"))
                .add(node("SequenceConstruct", "a,b", "t"))
                .add(node("ConcatFromSequence", "t", "y", attribute("axis", 0L)))));
    assertArrayEquals(
        new double[] {5, 6},
        run(
            model()
                .add(node("SplitToSequence", "x,two", "s"))
                .add(node("SequenceAt", "s,one", "y"))));
  }

  @Test
  void a_shape_taken_apart_is_known() {
    assertArrayEquals(
        new double[] {1, 2, 3, 4, 5, 6},
        run(
            model()
                .add(node("Shape", "x", "shape"))
                .add(node("SplitToSequence", "shape", "s"))
                .add(node("SequenceAt", "s,one", "width"))
                .add(node("SequenceErase", "s,one", "rest"))
                .add(node("SequenceInsert", "rest,width", "again"))
                .add(node("ConcatFromSequence", "again", "dims", attribute("axis", 0L)))
                .add(node("Reshape", "x,dims", "y"))));
  }

  @Test
  void a_place_that_is_none_and_a_sequence_as_a_tensor_are_refused() {
    SmallModel beyond =
        model().add(node("SequenceConstruct", "x", "s")).add(node("SequenceAt", "s,two", "y"));
    assertMessage(beyond, "position 2 in a sequence of 1");
    SmallModel tensor = model().add(node("SequenceConstruct", "x", "s")).add(node("Exp", "s", "y"));
    assertMessage(tensor, "input 0 ('s') is a sequence; expected a tensor");
    SmallModel output = model().add(node("SequenceConstruct", "x", "y"));
    assertMessage(output, "output 'y' is a sequence; expected a tensor");
  }

  private static void assertMessage(SmallModel model, String words) {
    OnnxException e = assertThrows(OnnxException.class, () -> run(model));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(words), message);
  }
}
