package org.ntk4j.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/// Data of tensors in files of the model's folder.
final class ExternalData {
  private final Optional<Path> folder;

  /// @param folder where the model lies; nowhere if it was not read from a file
  ExternalData(Optional<Path> folder) {
    this.folder = folder;
  }

  /// The `bytes` bytes of a tensor.
  ///
  /// @throws OnnxException if the file is outside the folder, missing, or too short
  MemorySegment read(TensorProto proto, long bytes, String where) {
    String location =
        entry(proto, "location")
            .orElseThrow(() -> new OnnxException(where + " names no file for its external data"));
    long offset = number(proto, "offset", 0, where);
    long length = number(proto, "length", bytes, where);
    if (length != bytes) {
      throw new OnnxException(
          "%s has %d bytes of external data; expected %d".formatted(where, length, bytes));
    }
    Path file = resolve(location, where);
    try (FileChannel channel = FileChannel.open(file)) {
      if (offset < 0 || offset > channel.size() - bytes) {
        throw new OnnxException(
            "%s needs bytes %d to %d of %s, which has %d"
                .formatted(where, offset, offset + bytes, file, channel.size()));
      }
      return bytes == 0
          ? MemorySegment.ofArray(new byte[0])
          : channel.map(MapMode.READ_ONLY, offset, bytes, Arena.ofAuto());
    } catch (IOException e) {
      throw new OnnxException("%s: cannot read %s: %s".formatted(where, file, e.getMessage()), e);
    }
  }

  private Path resolve(String location, String where) {
    Path base =
        folder.orElseThrow(() ->
            new OnnxException(
                where + " has external data, but the model was not read from a file"));
    try {
      Path root = base.toRealPath();
      Path named = root.resolve(location).normalize();
      if (!named.startsWith(root)) {
        throw outside(location, where);
      }
      Path real = named.toRealPath();
      if (!real.startsWith(root)) {
        throw outside(location, where);
      }
      return real;
    } catch (IOException | InvalidPathException e) {
      throw new OnnxException(
          "%s: external data '%s' cannot be found in the model's folder".formatted(where, location),
          e);
    }
  }

  private static OnnxException outside(String location, String where) {
    return new OnnxException(
        "%s: external data '%s' lies outside the model's folder, which is not allowed"
            .formatted(where, location));
  }

  private static Optional<String> entry(TensorProto proto, String key) {
    return proto.getExternalDataList().stream()
        .filter(e -> e.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst();
  }

  private static long number(TensorProto proto, String key, long otherwise, String where) {
    String text = entry(proto, key).orElse(Long.toString(otherwise));
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new OnnxException(
          "%s: external data has %s '%s'; expected a number".formatted(where, key, text), e);
    }
  }
}
