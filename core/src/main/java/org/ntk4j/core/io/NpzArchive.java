package org.ntk4j.core.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.ntk4j.core.Tensor;

/// An open archive whose directory was found to be possible.
///
/// Java's `ZipFile` refuses encrypted members and unknown compressions; what it lets pass and we do
/// not: members of one name, members that share bytes, data around the archive, sizes that the
/// compressed bytes cannot have, wrong checksums.
final class NpzArchive {

  static final String SUFFIX = ".npy";

  /// Deflate cannot expand one byte to more.
  private static final long EXPANSION_MAX = 1032;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int END_RECORD_BYTES = 22;
  private static final int COMMENT_BYTES_MAX = 0xFFFF;
  private static final byte[] FIRST_MEMBER = {'P', 'K', 3, 4};
  private static final byte[] END_RECORD = {'P', 'K', 5, 6};

  private final ZipFile zip;
  private final String source;
  private final SequencedMap<String, ZipEntry> members;

  private NpzArchive(ZipFile zip, String source, SequencedMap<String, ZipEntry> members) {
    this.zip = zip;
    this.source = source;
    this.members = members;
  }

  /// Checks that the file begins with a member (or is empty) and ends where its directory ends.
  static void checkEnds(Path path, String source) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] start = new byte[FIRST_MEMBER.length];
      int tailBytes = (int) Math.min(file.length(), END_RECORD_BYTES + COMMENT_BYTES_MAX);
      byte[] tail = new byte[tailBytes];
      if (tailBytes < END_RECORD_BYTES) {
        throw new NpyException(source, "is too short for a zip archive; expected an npz file");
      }
      file.readFully(start);
      file.seek(file.length() - tailBytes);
      file.readFully(tail);
      if (!Arrays.equals(start, FIRST_MEMBER) && !Arrays.equals(start, END_RECORD)) {
        throw new NpyException(
            source, "does not start as a zip archive does; expected an npz file");
      }
      if (!endsWithRecord(tail)) {
        throw new NpyException(
            source, "is truncated, or has something at its end; expected a whole zip archive");
      }
    }
  }

  /// Whether there is an end record whose comment ends where the file ends.
  private static boolean endsWithRecord(byte[] tail) {
    for (int at = tail.length - END_RECORD_BYTES; at >= 0; at--) {
      int end = at + END_RECORD_BYTES;
      int comment = Byte.toUnsignedInt(tail[end - 2]) + (Byte.toUnsignedInt(tail[end - 1]) << 8);
      if (Arrays.equals(tail, at, at + END_RECORD.length, END_RECORD, 0, END_RECORD.length)
          && end + comment == tail.length) {
        return true;
      }
    }
    return false;
  }

  /// The archive `zip`, if its directory can be true.
  static NpzArchive open(ZipFile zip, Path path, String source) throws IOException {
    SequencedMap<String, ZipEntry> members = new LinkedHashMap<>();
    long bytes = Files.size(path);
    long compressed = 0;
    for (ZipEntry entry : Collections.list(zip.entries())) {
      if (members.put(entry.getName(), entry) != null) {
        throw new NpyException(source, "has two members called '" + entry.getName() + "'");
      }
      compressed += checkedCompressedSize(entry, source);
      if (compressed > bytes) {
        throw new NpyException(
            source, "claims " + compressed + " bytes of members; expected at most " + bytes);
      }
    }
    return new NpzArchive(zip, source, members);
  }

  private static long checkedCompressedSize(ZipEntry entry, String source) throws NpyException {
    long size = entry.getSize();
    long compressed = entry.getCompressedSize();
    boolean possible =
        entry.getMethod() == ZipEntry.STORED
            ? size == compressed
            : size >= 0 && size / EXPANSION_MAX <= compressed;
    if (compressed < 0 || compressed > Long.MAX_VALUE >> 1 || !possible) {
      throw new NpyException(
          source + "[" + entry.getName() + "]",
          "claims to be "
              + size
              + " bytes, which its "
              + compressed
              + " compressed bytes cannot hold");
    }
    return compressed;
  }

  SequencedMap<String, Tensor> readAll() throws IOException {
    SequencedMap<String, Tensor> arrays = new LinkedHashMap<>();
    for (Map.Entry<String, ZipEntry> member : members.entrySet()) {
      String name = member.getKey();
      if (!name.endsWith(SUFFIX) || name.length() == SUFFIX.length()) {
        throw new NpyException(
            source, "has a member '" + name + "' that is no array; expected names in " + SUFFIX);
      }
      String key = name.substring(0, name.length() - SUFFIX.length());
      arrays.put(key, read(member.getValue()));
    }
    return arrays;
  }

  Tensor read(String key) throws IOException {
    ZipEntry entry = members.get(key + SUFFIX);
    if (entry == null) {
      throw new NpyException(
          source, "has no array '" + key + "'; expected one of " + members.keySet());
    }
    return read(entry);
  }

  private Tensor read(ZipEntry entry) throws IOException {
    String member = source + "[" + entry.getName() + "]";
    CRC32 checksum = new CRC32();
    try (InputStream in =
        new BufferedInputStream(
            new CheckedInputStream(zip.getInputStream(entry), checksum), BUFFER_BYTES)) {
      NpyHeader header = NpyHeader.read(in, member);
      Npy.checkSize(header, entry.getSize(), member);
      Tensor tensor = ElementReader.read(header, in, member);
      if (in.read() >= 0) {
        throw new NpyException(
            member, "inflates to more than the " + entry.getSize() + " bytes that it claims");
      }
      if (checksum.getValue() != entry.getCrc()) {
        throw new NpyException(member, "is damaged: its checksum does not match its content");
      }
      return tensor;
    } catch (ZipException | EOFException e) {
      throw new NpyException(member, "is damaged: " + e.getMessage(), e);
    }
  }
}
