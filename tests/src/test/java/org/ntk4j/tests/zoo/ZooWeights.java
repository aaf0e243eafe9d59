package org.ntk4j.tests.zoo;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/// Weights that are a formula in the file: `float32(mean + scale u(seed, i))`, where `u` is
/// SplitMix64 scaled to [-1, 1).
final class ZooWeights {
  private static final double UNIT = 0x1p23;

  private ZooWeights() {}

  /// The model with all weights.
  static ModelProto filled(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      if (!tensor.getDocString().isEmpty()) {
        String[] numbers = tensor.getDocString().split(" ");
        long seed = Long.parseLong(numbers[0]);
        fill(tensor, seed, Double.parseDouble(numbers[1]), Double.parseDouble(numbers[2]));
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static void fill(TensorProto.Builder tensor, long seed, double mean, double scale) {
    int count = 1;
    for (long dim : tensor.getDimsList()) {
      count = Math.multiplyExact(count, Math.toIntExact(dim));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (int i = 0; i < count; i++) {
      floats.put(i, (float) (mean + scale * uniform(seed, i)));
    }
    tensor.setRawData(UnsafeByteOperations.unsafeWrap(bytes)).clearDocString();
  }

  private static double uniform(long seed, int i) {
    long z = seed + (i + 1L) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) / UNIT - 1;
  }
}
