package org.ntk4j.core.io;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.ntk4j.core.Tensor;

/// One array in NumPy's `.npy` format, versions 1 to 3.
///
/// Types without a dtype of ours are widened: `int8`, `int16`, `uint8`, `uint16` to `i32`, `uint32`
/// to `i64`, `float16` to `f32`. `uint64`, complex numbers, text, records and objects are refused.
public final class Npy {

  /// From this many bytes of elements on, a file is mapped.
  private static final long MAP_BYTES_MIN = 1L << 31;

  private static final int CHUNK_BYTES = 1 << 20;

  private Npy() {}

  /// The array in `path`, garbage-collected.
  ///
  /// 2 GiB and more of elements that need no conversion are not read but mapped: such a tensor
  /// refuses to be set, and the file must not be changed in place while it is in use.
  ///
  /// @throws NpyException if `path` is not exactly one array that we can hold
  public static Tensor read(Path path) throws IOException {
    String source = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new NpyException(source, "is no file; expected an array in npy format");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel), CHUNK_BYTES)) {
      NpyHeader header = NpyHeader.read(in, source);
      checkSize(header, channel.size(), source);
      if (isMapped(header)) {
        return map(header, channel);
      }
      return ElementReader.read(header, in, source);
    }
  }

  /// Compares the number of bytes with what the header claims, before memory is taken for them.
  static void checkSize(NpyHeader header, long bytes, String source) throws NpyException {
    long data = bytes - header.dataOffset();
    if (data != header.dataBytes()) {
      String problem = data < header.dataBytes() ? "is truncated" : "has something at its end";
      throw new NpyException(
          source,
          problem
              + ": "
              + data
              + " bytes follow the header; expected "
              + header.dataBytes()
              + " for shape "
              + header.shape()
              + " of "
              + header.type().code());
    }
  }

  private static boolean isMapped(NpyHeader header) {
    return header.dataBytes() >= MAP_BYTES_MIN
        && header.isVerbatim()
        && header.dataOffset() % header.type().sizeBytes() == 0;
  }

  private static Tensor map(NpyHeader header, FileChannel channel) throws IOException {
    MemorySegment mapped =
        channel.map(
            FileChannel.MapMode.READ_ONLY, header.dataOffset(), header.dataBytes(), Arena.ofAuto());
    return Tensor.wrap(header.type().dtype(), header.shape(), mapped);
  }

  /// Writes `tensor` to `path`, which is replaced as a whole or, if writing fails, not at all.
  public static void write(Path path, Tensor tensor) throws IOException {
    AtomicFile.write(path, out -> write(out, tensor));
  }

  static void write(OutputStream out, Tensor tensor) throws IOException {
    out.write(NpyHeader.bytesFor(tensor));
    MemorySegment elements = tensor.segment();
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, elements.byteSize())];
    for (long done = 0; done < elements.byteSize(); done += chunk.length) {
      int count = (int) Math.min(chunk.length, elements.byteSize() - done);
      MemorySegment.copy(elements, ValueLayout.JAVA_BYTE, done, chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }
}
