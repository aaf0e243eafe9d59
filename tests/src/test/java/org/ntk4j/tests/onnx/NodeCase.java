package org.ntk4j.tests.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// A model with inputs and the outputs that they give.
///
/// @param operators names of the operators that the model uses
/// @param model as protobuf
record NodeCase(
    String name,
    List<String> operators,
    double rtol,
    double atol,
    ByteString model,
    List<TensorProto> inputs,
    List<TensorProto> outputs) {
  private static final NavigableMap<String, String> BY_PREFIX =
      new TreeMap<>(
          Map.of(
              "testsce", "SoftmaxCrossEntropyLoss",
              "testnllloss", "NegativeLogLikelihoodLoss",
              "testmvn", "MeanVarianceNormalization"));

  NodeCase {
    operators = List.copyOf(operators);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// The packed tests that `tests/onnx/pack_tests.py` writes.
  static List<NodeCase> packed(InputStream file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(new GZIPInputStream(file)))) {
      List<ByteString> blobs = new ArrayList<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        blobs.add(ByteString.copyFrom(in.readNBytes(in.readInt())));
      }
      List<NodeCase> tests = new ArrayList<>();
      int size = in.readInt();
      for (int i = 0; i < size; i++) {
        String name = in.readUTF();
        List<String> operators = List.of(in.readUTF().split(" "));
        double rtol = in.readDouble();
        double atol = in.readDouble();
        ByteString model = blobs.get(in.readInt());
        List<TensorProto> inputs = tensors(in, blobs);
        tests.add(new NodeCase(name, operators, rtol, atol, model, inputs, tensors(in, blobs)));
      }
      return List.copyOf(tests);
    }
  }

  private static List<TensorProto> tensors(DataInputStream in, List<ByteString> blobs)
      throws IOException {
    List<TensorProto> tensors = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      tensors.add(TensorProto.parseFrom(blobs.get(in.readInt())));
    }
    return tensors;
  }

  /// The tests in the folders in `root`, as ONNX lays them out.
  static List<NodeCase> folders(Path root) throws IOException {
    List<NodeCase> tests = new ArrayList<>();
    try (Stream<Path> found = Files.list(root)) {
      for (Path folder : found.sorted().toList()) {
        tests.add(folder(folder));
      }
    }
    return List.copyOf(tests);
  }

  private static NodeCase folder(Path folder) throws IOException {
    ByteString model = ByteString.copyFrom(Files.readAllBytes(folder.resolve("model.onnx")));
    Path tolerance = folder.resolve("tolerance");
    String[] numbers =
        Files.exists(tolerance)
            ? Files.readString(tolerance).strip().split(" ")
            : new String[] {"1e-3", "1e-5"};
    Path data = folder.resolve("test_data_set_0");
    return new NodeCase(
        String.valueOf(folder.getFileName()),
        List.of(),
        Double.parseDouble(numbers[0]),
        Double.parseDouble(numbers[1]),
        model,
        files(data, "input_"),
        files(data, "output_"));
  }

  private static List<TensorProto> files(Path data, String prefix) throws IOException {
    List<TensorProto> tensors = new ArrayList<>();
    for (int k = 0; Files.exists(data.resolve(prefix + k + ".pb")); k++) {
      tensors.add(TensorProto.parseFrom(Files.readAllBytes(data.resolve(prefix + k + ".pb"))));
    }
    return tensors;
  }

  /// The tensor of a message, read independently of the importer.
  static Tensor tensor(TensorProto proto) throws InvalidProtocolBufferException {
    Shape shape = Shape.of(proto.getDimsList());
    DType dtype =
        switch (proto.getDataType()) {
          case 1 -> DType.F32;
          case 6 -> DType.I32;
          case 7 -> DType.I64;
          case 9 -> DType.BOOL;
          case 11 -> DType.F64;
          default ->
              throw new InvalidProtocolBufferException("element type " + proto.getDataType());
        };
    Tensor tensor = Tensor.zeros(dtype, shape);
    List<? extends Number> listed = listed(proto, dtype);
    ByteBuffer raw = proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.size(); i++) {
      if (!proto.hasRawData()) {
        set(tensor, i, listed.get(i));
      } else {
        switch (dtype) {
          case F32 -> tensor.setDouble(i, raw.getFloat());
          case F64 -> tensor.setDouble(i, raw.getDouble());
          case I32 -> tensor.setLong(i, raw.getInt());
          case I64 -> tensor.setLong(i, raw.getLong());
          case BOOL -> tensor.setLong(i, raw.get());
        }
      }
    }
    return tensor;
  }

  private static void set(Tensor tensor, int i, Number number) {
    if (tensor.dtype().isFloating()) {
      tensor.setDouble(i, number.doubleValue());
    } else {
      tensor.setLong(i, number.longValue());
    }
  }

  private static List<? extends Number> listed(TensorProto proto, DType dtype) {
    return switch (dtype) {
      case F32 -> proto.getFloatDataList();
      case F64 -> proto.getDoubleDataList();
      case I32, BOOL -> proto.getInt32DataList();
      case I64 -> proto.getInt64DataList();
    };
  }

  /// The operator that the test is named for.
  String subject() {
    String plain = letters(name);
    return operators.stream()
        .filter(operator -> plain.contains(letters(operator)))
        .max(Comparator.comparingInt(String::length))
        .or(() ->
            Optional.ofNullable(BY_PREFIX.floorEntry(plain))
                .filter(e -> plain.startsWith(e.getKey()))
                .map(Map.Entry::getValue))
        .orElse(operators.size() == 1 ? operators.getFirst() : "others");
  }

  private static String letters(String text) {
    return text.replace("_", "").toLowerCase(Locale.ROOT);
  }

  /// How the outputs differ; empty if they do not.
  List<String> differences(List<Tensor> results) throws InvalidProtocolBufferException {
    List<String> found = new ArrayList<>();
    if (results.size() != outputs.size()) {
      return List.of("%d outputs; expected %d".formatted(results.size(), outputs.size()));
    }
    for (int k = 0; k < results.size(); k++) {
      Tensor got = results.get(k);
      Tensor want = tensor(outputs.get(k));
      if (got.dtype() != want.dtype() || !got.shape().equals(want.shape())) {
        found.add(
            "output %d is %s%s; expected %s%s"
                .formatted(k, got.dtype(), got.shape(), want.dtype(), want.shape()));
        continue;
      }
      for (long i = 0; i < want.size(); i++) {
        if (!close(got.getDouble(i), want.getDouble(i))) {
          found.add(
              "output %d at %d of %s is %s; expected %s"
                  .formatted(k, i, want.shape(), got.getDouble(i), want.getDouble(i)));
          break;
        }
      }
    }
    return found;
  }

  private boolean close(double x, double y) {
    return Double.compare(x, y) == 0 || x == y || Math.abs(x - y) <= atol + rtol * Math.abs(y);
  }

  @Override
  public String toString() {
    return name + " " + Arrays.toString(operators.toArray());
  }
}
