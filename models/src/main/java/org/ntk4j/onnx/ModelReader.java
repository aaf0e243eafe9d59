package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Bytes of a file as the message of a model.
final class ModelReader {
  /// First and last version of the operator set that the operators are written for.
  static final int FIRST_OPSET = 6;

  static final int LAST_OPSET = 28;

  private static final long MAX_BYTES = Integer.MAX_VALUE - 64L;

  private ModelReader() {}

  /// The bytes of `file`.
  ///
  /// @throws OnnxException if it cannot be read, or is too large to be one message
  static byte[] bytes(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new OnnxException(
            Files.exists(file) ? "not a file; expected an ONNX model" : "no such file");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new OnnxException(
            "%d bytes in one message; expected less than 2 GiB and the weights as external data"
                .formatted(size));
      }
      if (size > Runtime.getRuntime().maxMemory() / 2) {
        throw new OnnxException(
            "%d bytes need more memory than Java may use (%d bytes; see -Xmx)"
                .formatted(size, Runtime.getRuntime().maxMemory()));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new OnnxException("cannot be read: " + e.getMessage(), e);
    }
  }

  /// The message in `bytes`.
  ///
  /// @throws OnnxException if it is no model
  static ModelProto parse(byte[] bytes) {
    if (bytes.length == 0) {
      throw new OnnxException("is empty; expected an ONNX model");
    }
    try {
      WireCheck.check(bytes);
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.enableAliasing(true);
      ModelProto model = ModelProto.parseFrom(in);
      if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
        throw new OnnxException(
            "is no ONNX model: it has no %s".formatted(model.hasGraph() ? "opset" : "graph"));
      }
      return model;
    } catch (IOException e) {
      throw new OnnxException("is no ONNX model, or is damaged: " + oneLine(e), e);
    }
  }

  private static String oneLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.lines().findFirst().orElse("malformed message").replaceFirst("\\.  .*", ".");
  }

  /// The version of the default operator set among `imports`.
  ///
  /// @throws OnnxException if it is missing or unknown
  static int opset(List<OperatorSetIdProto> imports, String where) {
    long version =
        imports.stream()
            .filter(id -> isDefault(id.getDomain()))
            .mapToLong(OperatorSetIdProto::getVersion)
            .max()
            .orElse(LAST_OPSET);
    if (version < FIRST_OPSET || version > LAST_OPSET) {
      throw new OnnxException(
          "%s uses opset %d; expected %d to %d".formatted(where, version, FIRST_OPSET, LAST_OPSET));
    }
    return (int) version;
  }

  /// Whether `domain` is that of the default operator set.
  static boolean isDefault(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }
}
