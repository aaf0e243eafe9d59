package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.onnx.SmallModel.FLOAT;
import static org.ntk4j.onnx.SmallModel.node;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Which tensors of a model are parameters, and why the others are not.
final class ParameterRulesTest {
  private static ParameterChoice choice(String name, float... values) {
    SmallModel model =
        new SmallModel(20)
            .input("x", FLOAT, 2)
            .output("y", FLOAT, 2)
            .floats(name, values)
            .add(node("Add", "x," + name, "y"));
    List<ParameterChoice> choices = OnnxModel.read(model.bytes(), OnnxOptions.DEFAULT).choices();
    assertEquals(1, choices.size());
    return choices.getFirst();
  }

  private static void assertParameter(ParameterChoice choice) {
    assertEquals("an initializer", choice.why());
    assertTrue(choice.parameter());
  }

  private static void assertOther(String why, ParameterChoice choice) {
    assertEquals(why, choice.why());
    assertFalse(choice.parameter());
  }

  @Test
  void a_vector_of_one_number_is_a_parameter_unless_the_exporter_computed_it() {
    assertParameter(choice("scale", 0.5f));
    assertParameter(choice("val_5", 0.5f, 0.25f));
    assertOther("a scalar", choice("val_5", 0.5f));
  }

  @Test
  void a_mask_is_no_parameter() {
    assertOther("a mask", choice("bias", 0, Float.NEGATIVE_INFINITY));
    assertOther("a mask", choice("bias", -1e9f, 0));
    assertParameter(choice("bias", 0, 0));
    assertParameter(choice("bias", -1e9f, 1));
    assertParameter(choice("bias", 0, -100));
  }
}
