package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ntk.Networks;

/// Files that are damaged or made to harm: each is refused in one clear line.
final class HostileFileTest {
  private static final int MUTANTS = 10_000;
  private static final int FLOAT = 1;

  private static ValueInfoProto info(String name, int type, long... dims) {
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

  private static NodeProto node(String name, String operator, String inputs, String output) {
    return NodeProto.newBuilder()
        .setName(name)
        .setOpType(operator)
        .addAllInput(List.of(inputs.split(",")))
        .addOutput(output)
        .build();
  }

  private static TensorProto tensor(String name, int type, int bytes, long... dims) {
    TensorProto.Builder b =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setRawData(ByteString.copyFrom(new byte[bytes]));
    Arrays.stream(dims).forEach(b::addDims);
    return b.build();
  }

  private static GraphProto.Builder graph() {
    return GraphProto.newBuilder().addInput(info("x", FLOAT, 2)).addOutput(info("y", FLOAT, 2));
  }

  private static byte[] model(GraphProto.Builder graph, long opset) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .build()
        .toByteArray();
  }

  private static void assertRefused(byte[] bytes, String... words) {
    assertLine(
        assertThrows(
            OnnxException.class, () -> OnnxModel.read(bytes, OnnxOptions.DEFAULT).network()),
        words);
  }

  private static void assertLine(OnnxException e, String... words) {
    String message = String.valueOf(e.getMessage());
    assertEquals(1, message.lines().count(), message);
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void bytes_that_are_no_model() {
    assertRefused(new byte[0], "empty");
    assertRefused("PK\u0003\u0004 not a model".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertRefused(new byte[1000], "no ONNX model");
    byte[] whole = model(graph().addNode(node("a", "Relu", "x", "y")), 20);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThrows(OnnxException.class, () -> OnnxModel.read(part, OnnxOptions.DEFAULT).network());
    }
  }

  @Test
  void graphs_that_cannot_run() {
    assertRefused(
        model(
            graph().addNode(node("a", "Add", "x,z", "y")).addNode(node("b", "Exp", "y", "z")), 20),
        "cycle",
        "node 'a' (Add)",
        "node 'b' (Exp)");
    assertRefused(
        model(graph().addNode(node("a", "Add", "x,w", "y")), 20), "node 'a' (Add)", "'w'");
    assertRefused(
        model(graph().addNode(node("a", "Exp", "x", "y")).addNode(node("b", "Exp", "x", "y")), 20),
        "'y' is given twice");
    assertRefused(model(graph().addNode(node("a", "Relu", "x", "z")), 20), "output 'y'");
  }

  @Test
  void unknown_opsets() {
    for (long opset : new long[] {-1, 0, 5, 29, Long.MAX_VALUE}) {
      assertRefused(model(graph().addNode(node("a", "Relu", "x", "y")), opset), "opset", "6 to 28");
    }
  }

  @Test
  void initializers_that_lie() {
    NodeProto add = node("a", "Add", "x,w", "y");
    assertRefused(
        model(graph().addNode(add).addInitializer(tensor("w", FLOAT, 8, 3)), 20), "'w'", "8 bytes");
    assertRefused(
        model(graph().addNode(add).addInitializer(tensor("w", FLOAT, 8, -2)), 20),
        "'w'",
        "below 0");
    assertRefused(
        model(graph().addNode(add).addInitializer(tensor("w", FLOAT, 8, 1L << 40, 1L << 40)), 20),
        "'w'",
        "more than can be stored");
    assertRefused(
        model(
            graph()
                .addNode(add)
                .addInitializer(tensor("w", FLOAT, 8, 2))
                .addInitializer(tensor("w", FLOAT, 8, 2)),
            20),
        "'w' is given twice");
    assertRefused(
        model(GraphProto.newBuilder().addInput(info("x", FLOAT, -2)), 20), "'x'", "below 0");
  }

  @Test
  void all_unsupported_nodes_are_named() {
    byte[] bytes =
        model(
            graph()
                .addNode(node("a", "StringNormalizer", "x", "u"))
                .addNode(node("b", "Nonsense", "u", "v"))
                .addNode(node("c", "Relu", "v", "w"))
                .addNode(node("d", "QuantizeLinear", "w,w", "y")),
            20);
    assertRefused(bytes, "(StringNormalizer)", "node 'b' (Nonsense)", "node 'd' (QuantizeLinear)");
  }

  @Test
  void arithmetic_on_narrow_integers_is_refused() {
    int uint8 = 2;
    GraphProto.Builder graph =
        GraphProto.newBuilder().addInput(info("x", uint8, 2)).addOutput(info("y", uint8, 2));
    assertRefused(model(graph.addNode(node("a", "Add", "x,x", "y")), 20), "node 'a' (Add)");
  }

  @Test
  void external_data_stays_in_the_folder(@TempDir Path folder) throws IOException {
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Files.write(folder.resolve("secret"), new byte[8]);
    Files.write(inside.resolve("short"), new byte[7]);
    Files.createSymbolicLink(inside.resolve("link"), folder.resolve("secret"));
    List<String> locations =
        List.of("../secret", folder.resolve("secret").toString(), "link", "short", "none", "a\0b");
    for (String location : locations) {
      TensorProto w =
          TensorProto.newBuilder()
              .setName("w")
              .setDataType(FLOAT)
              .addDims(2)
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(
                  StringStringEntryProto.newBuilder().setKey("location").setValue(location))
              .build();
      Path file = inside.resolve("model.onnx");
      Files.write(file, model(graph().addNode(node("a", "Add", "x,w", "y")).addInitializer(w), 20));
      assertLine(assertThrows(OnnxException.class, () -> OnnxModel.read(file)), "'w'");
    }
  }

  @Test
  void deeply_nested_and_numerous_messages() {
    GraphProto graph = graph().build();
    for (int i = 0; i < 30; i++) {
      AttributeProto a =
          AttributeProto.newBuilder()
              .setName("body")
              .setType(AttributeProto.AttributeType.GRAPH)
              .setG(graph)
              .build();
      graph = graph().addNode(NodeProto.newBuilder().setOpType("If").addAttribute(a)).build();
    }
    assertRefused(model(graph.toBuilder(), 20));
    byte[] empty = new byte[20_000_000];
    for (int i = 0; i < empty.length; i += 2) {
      empty[i] = 0x0a;
    }
    byte[] bytes = new byte[empty.length + 6];
    int length = empty.length;
    bytes[0] = 0x3a;
    for (int i = 1; i <= 5; i++) {
      bytes[i] = (byte) (i == 5 ? length & 0x7f : length & 0x7f | 0x80);
      length >>>= 7;
    }
    System.arraycopy(empty, 0, bytes, 6, empty.length);
    assertRefused(bytes, "no model has so many");
  }

  @Test
  void damaged_models_are_imported_or_refused() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (String name : Fixtures.names("networks")) {
      files.add(
          Files.readAllBytes(Fixtures.folder("networks").resolve(name).resolve("model.onnx")));
    }
    for (String name : Fixtures.names("random")) {
      if (name.endsWith(".onnx")) {
        files.add(Files.readAllBytes(Fixtures.folder("random").resolve(name)));
      }
    }
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutant(files.get(random.nextInt(files.size())), random);
      try {
        record(OnnxModel.read(mutant, OnnxOptions.DEFAULT));
      } catch (OnnxException e) {
        refused++;
        assertLine(e);
        assertFalse(String.valueOf(e.getMessage()).contains("bug"), e.getMessage());
      }
    }
    assertTrue(refused > MUTANTS / 2 && refused < MUTANTS, refused + " refused");
  }

  private static void record(OnnxModel model) {
    SequencedMap<String, Tree<Aval>> inputs = new LinkedHashMap<>();
    for (TensorInfo info : model.inputs()) {
      long[] dims =
          info.dims().orElse(List.of()).stream().mapToLong(d -> d.size().orElse(3)).toArray();
      inputs.put(info.name(), Tree.of(Aval.of(info.dtype().orElse(DType.F64), dims)));
    }
    Networks.program(model.network(), Networks.avals(model.parameters()), Tree.map(inputs));
  }

  private static byte[] mutant(byte[] whole, Random random) {
    byte[] b = whole.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(b.length);
      switch (random.nextInt(4)) {
        case 0 -> b[at] = (byte) random.nextInt(256);
        case 1 -> b[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> b = Arrays.copyOf(b, 1 + at);
        default -> {
          int from = random.nextInt(b.length);
          int length = Math.min(random.nextInt(30), b.length - Math.max(at, from));
          System.arraycopy(b, from, b, at, length);
        }
      }
    }
    return b;
  }
}
