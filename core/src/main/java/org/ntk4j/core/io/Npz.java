package org.ntk4j.core.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.ntk4j.core.Tensor;

/// Named arrays in NumPy's `.npz` format: a zip archive whose member `NAME.npy` is array `NAME`.
public final class Npz {

  // The earliest that zip can say: equal arrays make equal files.
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /// All arrays in `path` by name, in the order of the archive; garbage-collected.
  ///
  /// @throws NpyException if `path` is not an archive of arrays, and of arrays only
  public static SequencedMap<String, Tensor> read(Path path) throws IOException {
    return inArchive(path, NpzArchive::readAll);
  }

  /// The array called `key` (without `.npy`) in `path`, garbage-collected.
  ///
  /// @throws NpyException if `path` is not an archive of arrays, or has no such array
  public static Tensor read(Path path, String key) throws IOException {
    return inArchive(path, archive -> archive.read(key));
  }

  @FunctionalInterface
  private interface Use<T> {
    T of(NpzArchive archive) throws IOException;
  }

  private static <T> T inArchive(Path path, Use<T> use) throws IOException {
    String source = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new NpyException(source, "is no file; expected arrays in npz format");
    }
    NpzArchive.checkEnds(path, source);
    try (ZipFile zip = new ZipFile(path.toFile())) {
      return use.of(NpzArchive.open(zip, path, source));
    } catch (ZipException | EOFException e) {
      throw new NpyException(source, "is no intact npz archive: " + e.getMessage(), e);
    }
  }

  /// Writes `arrays` without compression to `path`, which is replaced as a whole or, if writing
  /// fails, not at all.
  public static void write(Path path, Map<String, Tensor> arrays) throws IOException {
    AtomicFile.write(path, out -> write(out, arrays, ZipEntry.STORED));
  }

  /// Writes `arrays` compressed to `path`, which is replaced as a whole or, if writing fails, not
  /// at all.
  public static void writeCompressed(Path path, Map<String, Tensor> arrays) throws IOException {
    AtomicFile.write(path, out -> write(out, arrays, ZipEntry.DEFLATED));
  }

  private static void write(OutputStream out, Map<String, Tensor> arrays, int method)
      throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
        if (array.getKey().isEmpty()) {
          throw new IllegalArgumentException("an array in an npz archive needs a name");
        }
        zip.putNextEntry(entry(array.getKey(), array.getValue(), method));
        Npy.write(zip, array.getValue());
        zip.closeEntry();
      }
    }
  }

  /// A stored member needs its size and checksum up front; sizes of 4 GiB and more then make it
  /// zip64.
  private static ZipEntry entry(String key, Tensor tensor, int method) throws IOException {
    ZipEntry entry = new ZipEntry(key + NpzArchive.SUFFIX);
    entry.setTimeLocal(EPOCH);
    entry.setMethod(method);
    if (method == ZipEntry.STORED) {
      CRC32 checksum = new CRC32();
      Npy.write(new CheckedOutputStream(OutputStream.nullOutputStream(), checksum), tensor);
      entry.setCrc(checksum.getValue());
      entry.setSize(NpyHeader.bytesFor(tensor).length + tensor.segment().byteSize());
    }
    return entry;
  }
}
