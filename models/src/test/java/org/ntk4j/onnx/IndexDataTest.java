package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.onnx.SmallModel.FLOAT;
import static org.ntk4j.onnx.SmallModel.INT64;
import static org.ntk4j.onnx.SmallModel.attribute;
import static org.ntk4j.onnx.SmallModel.info;
import static org.ntk4j.onnx.SmallModel.node;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

/// Indices that are data: negative ones, equal ones, and those out of range.
final class IndexDataTest {
  private static final Tensor TABLE =
      Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2).to(DType.F32);

  private static final Tensor UPDATES =
      Tensor.of(new double[] {10, 20, 30, 40, 50, 60}, 3, 2).to(DType.F32);

  private static SmallModel model(String operator, long[] ids, AttributeProto... attributes) {
    return new SmallModel(18)
        .input("x", FLOAT, 3, 2)
        .input("ids", INT64, ids)
        .output("y", FLOAT)
        .add(node(operator, "x,ids", "y", attributes));
  }

  private static Tensor ids(long[] dims, long... values) {
    return Tensor.of(values, dims);
  }

  private static double[] run(SmallModel model, Tensor... inputs) {
    return model.run(OnnxOptions.DEFAULT, inputs).getFirst().toDoubles();
  }

  private static List<String> wrong(SmallModel model, Tensor... inputs) {
    OnnxModel read = OnnxModel.read(model.bytes(), OnnxOptions.DEFAULT);
    return read.wrongIndices(Tree.map("x", Tree.of(inputs[0]), "ids", Tree.of(inputs[1])));
  }

  @Test
  void negative_indices_count_from_the_end() {
    assertArrayEquals(
        new double[] {5, 6, 1, 2},
        run(model("Gather", new long[] {2}), TABLE, ids(new long[] {2}, -1, -3)));
    assertArrayEquals(
        new double[] {5, 4},
        run(model("GatherElements", new long[] {1, 2}), TABLE, ids(new long[] {1, 2}, -1, -2)));
    assertArrayEquals(
        new double[] {6, 3},
        run(model("GatherND", new long[] {2, 2}), TABLE, ids(new long[] {2, 2}, -1, -1, -2, 0)));
  }

  private static SmallModel scatter(String operator, String reduction, long... dims) {
    return new SmallModel(18)
        .input("x", FLOAT, 3, 2)
        .input("ids", INT64, dims)
        .input("u", FLOAT, 3, 2)
        .output("y", FLOAT, 3, 2)
        .add(node(operator, "x,ids,u", "y", attribute("reduction", reduction)));
  }

  @Test
  void of_equal_places_the_last_update_stays() {
    // Row 2 is written by updates 0 and 2.
    Tensor rows = ids(new long[] {3, 1}, -1, 0, 2);
    assertArrayEquals(
        new double[] {30, 40, 3, 4, 50, 60},
        run(scatter("ScatterND", "none", 3, 1), TABLE, rows, UPDATES));
    Tensor places = ids(new long[] {3, 2}, 1, 0, 1, -3, 1, 2);
    assertArrayEquals(
        new double[] {1, 40, 50, 4, 5, 60},
        run(scatter("ScatterElements", "none", 3, 2), TABLE, places, UPDATES));
    assertArrayEquals(
        new double[] {1, 62, 93, 4, 5, 66},
        run(scatter("ScatterElements", "add", 3, 2), TABLE, places, UPDATES));
  }

  @Test
  void equal_places_are_written_as_if_they_were_known() {
    for (String operator : List.of("ScatterND", "ScatterElements")) {
      long[] dims = operator.equals("ScatterND") ? new long[] {3, 1} : new long[] {3, 2};
      long count = dims[0] * dims[1];
      for (long seed = 0; seed < 50; seed++) {
        long[] values = new long[(int) count];
        TensorProto.Builder known = TensorProto.newBuilder().setName("ids").setDataType(INT64);
        known.addDims(dims[0]).addDims(dims[1]);
        for (int i = 0; i < count; i++) {
          values[i] = Math.floorMod(seed * 31 + i * i * (seed + 7), 3);
          known.addInt64Data(values[i]);
        }
        SmallModel constant =
            new SmallModel(18)
                .input("x", FLOAT, 3, 2)
                .input("u", FLOAT, 3, 2)
                .output("y", FLOAT, 3, 2)
                .initializer(known.build())
                .add(node(operator, "x,ids,u", "y"));
        assertArrayEquals(
            run(constant, TABLE, UPDATES),
            run(scatter(operator, "none", dims), TABLE, ids(dims, values), UPDATES),
            operator + " " + seed);
      }
    }
  }

  @Test
  void indices_out_of_range_are_found() {
    SmallModel gather = model("Gather", new long[] {2});
    assertEquals(List.of(), wrong(gather, TABLE, ids(new long[] {2}, -3, 2)));
    assertEquals(
        List.of("node 'y' (Gather): index 3 is out of range; expected -3 to 2"),
        wrong(gather, TABLE, ids(new long[] {2}, 0, 3)));
    assertEquals(
        List.of("node 'y' (Gather): index -4 is out of range; expected -3 to 2"),
        wrong(gather, TABLE, ids(new long[] {2}, -4, 0)));
    assertEquals(
        List.of("node 'y' (GatherND): index 2 is out of range; expected -2 to 1"),
        wrong(model("GatherND", new long[] {1, 2}), TABLE, ids(new long[] {1, 2}, 2, 2)));
    assertEquals(
        List.of("node 'y' (GatherElements): index 5 is out of range; expected -3 to 2"),
        wrong(model("GatherElements", new long[] {1, 2}), TABLE, ids(new long[] {1, 2}, 2, 5)));
  }

  @Test
  void indices_of_each_example_are_looked_at() {
    SmallModel one =
        new SmallModel(18)
            .input("x", FLOAT, 3, 2)
            .input("ids", INT64, 1, 2)
            .output("y", FLOAT, 1, 2, 2)
            .add(node("Gather", "x,ids", "y"));
    assertEquals(
        List.of("node 'y' (Gather): index 9 is out of range; expected -3 to 2"),
        wrong(one, TABLE, ids(new long[] {4, 2}, 0, 0, 1, 1, 2, 9, 1, 0)));
  }

  @Test
  void indices_inside_of_a_loop_over_data_are_no_output() {
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addInput(info("s", FLOAT, 2))
            .addInput(info("i", INT64))
            .addOutput(info("t", FLOAT, 2))
            .addNode(node("Gather", "x,i", "row"))
            .addNode(node("Add", "s,row", "t"))
            .build();
    SmallModel model =
        new SmallModel(18)
            .input("x", FLOAT, 3, 2)
            .input("ids", INT64, 4)
            .output("y", FLOAT, 2)
            .floats("zero", 0, 0)
            .add(
                node(
                    "Scan",
                    "zero,ids",
                    "y",
                    attribute("body", body),
                    attribute("num_scan_inputs", 1L)));
    Tensor ids = ids(new long[] {4}, 0, -1, 2, 2);
    assertEquals(List.of(), wrong(model, TABLE, ids));
    assertArrayEquals(new double[] {16, 20}, run(model, TABLE, ids));
  }
}
