package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.onnx.SmallModel.BFLOAT16;
import static org.ntk4j.onnx.SmallModel.BOOL;
import static org.ntk4j.onnx.SmallModel.DOUBLE;
import static org.ntk4j.onnx.SmallModel.FLOAT;
import static org.ntk4j.onnx.SmallModel.FLOAT16;
import static org.ntk4j.onnx.SmallModel.INT64;
import static org.ntk4j.onnx.SmallModel.attribute;
import static org.ntk4j.onnx.SmallModel.node;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// Weights in half precision, and weights in other files.
final class TensorDataTest {
  /// 1.5, −2, 2⁻²⁴ (subnormal), 65504 (the largest).
  private static final short[] HALVES = {0x3E00, (short) 0xC000, 0x0001, 0x7BFF};

  private static final double[] HALF_VALUES = {1.5, -2, 0x1p-24, 65504};

  /// 1.5, −2, the smallest subnormal, the largest.
  private static final short[] BRAINS = {0x3FC0, (short) 0xC000, 0x0001, 0x7F7F};

  private static final double[] BRAIN_VALUES = {1.5, -2, 0x1p-133, 0x1.FEp127};

  private static TensorProto.Builder tensor(int type, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName("w").setDataType(type);
    for (long d : dims) {
      tensor.addDims(d);
    }
    return tensor;
  }

  private static TensorProto raw(int type, short[] bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (short b : bits) {
      bytes.putShort(b);
    }
    return tensor(type, bits.length).setRawData(ByteString.copyFrom(bytes.array())).build();
  }

  private static TensorProto listed(int type, short[] bits) {
    TensorProto.Builder tensor = tensor(type, bits.length);
    for (short b : bits) {
      tensor.addInt32Data(Short.toUnsignedInt(b));
    }
    return tensor.build();
  }

  /// `y = x · w` with `x` of the same type as `w`.
  private static byte[] product(TensorProto weight) {
    int type = weight.getDataType();
    return new SmallModel(20)
        .input("x", type, 4)
        .output("y", type, 4)
        .initializer(weight)
        .add(node("Mul", "x,w", "y"))
        .bytes();
  }

  private static void assertWeights(double[] expected, OnnxModel model, DType dtype) {
    Tensor w = model.parameters().get("w").value();
    assertEquals(dtype, w.dtype());
    assertArrayEquals(expected, w.toDoubles());
    Tensor one = Tensor.fill(dtype, Shape.of(4), 1);
    assertArrayEquals(expected, SmallModel.run(model, one).getFirst().toDoubles());
  }

  @Test
  void half_precision_is_converted_exactly_on_request() {
    OnnxOptions converted = OnnxOptions.DEFAULT.convertHalf(true);
    OnnxOptions wide = converted.floats(DType.F64);
    for (TensorProto w : List.of(raw(FLOAT16, HALVES), listed(FLOAT16, HALVES))) {
      assertWeights(HALF_VALUES, OnnxModel.read(product(w), converted), DType.F32);
      assertWeights(HALF_VALUES, OnnxModel.read(product(w), wide), DType.F64);
    }
    for (TensorProto w : List.of(raw(BFLOAT16, BRAINS), listed(BFLOAT16, BRAINS))) {
      assertWeights(BRAIN_VALUES, OnnxModel.read(product(w), converted), DType.F32);
      assertWeights(BRAIN_VALUES, OnnxModel.read(product(w), wide), DType.F64);
    }
  }

  @Test
  void a_cast_to_half_precision_is_one_to_what_it_is_converted_to() {
    byte[] model =
        new SmallModel(20)
            .input("x", FLOAT, 4)
            .output("y", FLOAT, 4)
            .initializer(raw(FLOAT16, HALVES))
            .add(node("Cast", "x", "h", attribute("to", (long) FLOAT16)))
            .add(node("Add", "h,w", "s"))
            .add(node("Cast", "s", "y", attribute("to", (long) FLOAT)))
            .bytes();
    OnnxModel read = OnnxModel.read(model, OnnxOptions.DEFAULT.convertHalf(true));
    Tensor zero = Tensor.zeros(DType.F32, Shape.of(4));
    assertArrayEquals(HALF_VALUES, SmallModel.run(read, zero).getFirst().toDoubles());
  }

  @Test
  void half_precision_is_refused_otherwise() {
    OnnxModel model = OnnxModel.read(product(raw(FLOAT16, HALVES)), OnnxOptions.DEFAULT);
    String message = String.valueOf(assertThrows(OnnxException.class, model::network).getMessage());
    assertTrue(message.contains("initializer 'w' has element type float16"), message);
    assertTrue(message.contains("input 'x' has element type float16"), message);
    assertTrue(message.contains("converted only on request (by --dtype f32"), message);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static TensorProto external(String name, int type, long size, String... entries) {
    TensorProto.Builder tensor =
        tensor(type, size).setName(name).setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (int i = 0; i < entries.length; i += 2) {
      tensor.addExternalData(entry(entries[i], entries[i + 1]));
    }
    return tensor.build();
  }

  @Test
  void weights_in_other_files_are_those_of_the_file(@TempDir Path folder) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(0, 7).putDouble(8, -3);
    data.putFloat(16, 0.25f).putFloat(20, 5);
    data.putLong(24, 1).putLong(32, -1);
    data.put(40, (byte) 1).put(41, (byte) 0);
    Files.createDirectory(folder.resolve("weights"));
    Files.write(folder.resolve("weights/part.bin"), data.array());
    Files.write(folder.resolve("whole.bin"), new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40});
    String part = "weights/part.bin";
    byte[] bytes =
        new SmallModel(20)
            .input("x", FLOAT, 2)
            .output("y", DOUBLE, 2)
            .output("z", FLOAT, 2)
            .initializer(external("d", DOUBLE, 2, "location", part))
            .initializer(external("f", FLOAT, 2, "location", part, "offset", "16", "length", "8"))
            .initializer(external("i", INT64, 2, "location", part, "offset", "24"))
            .initializer(external("b", BOOL, 2, "location", part, "offset", "40", "length", "2"))
            .initializer(external("g", FLOAT, 2, "location", "whole.bin"))
            .add(node("Gather", "d,i", "picked"))
            .add(node("Where", "b,picked,d", "y"))
            .add(node("Mul", "x,f", "scaled"))
            .add(node("Add", "scaled,g", "z"))
            .bytes();
    Path file = Files.write(folder.resolve("model.onnx"), bytes);
    OnnxModel model = OnnxModel.read(file);
    assertEquals(List.of("d", "f", "g"), model.parameters().paths());
    List<Tensor> results = SmallModel.run(model, Tensor.of(new float[] {4, 2}, 2));
    assertArrayEquals(new double[] {-3, -3}, results.get(0).toDoubles());
    assertArrayEquals(new double[] {2, 12}, results.get(1).toDoubles());
  }
}
