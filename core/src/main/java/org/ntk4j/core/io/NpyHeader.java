package org.ntk4j.core.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// What stands before the elements of a `.npy` file.
///
/// `\x93NUMPY`, version (2 bytes), length of the rest (2 bytes in version 1, 4 in versions 2 and 3,
/// little-endian), then a Python dictionary of `descr`, `fortran_order` and `shape`.
///
/// @param type how the elements are stored
/// @param order their byte order
/// @param fortran whether the first axis varies fastest, not the last
/// @param shape axis sizes
/// @param dataOffset bytes before the first element
record NpyHeader(Stored type, ByteOrder order, boolean fortran, Shape shape, long dataOffset) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int PREFIX_BYTES = 8;
  private static final int ALIGNMENT = 64;

  // NumPy refuses headers of more than 10,000 characters; nothing valid comes near this.
  private static final long TEXT_BYTES_MAX = 1 << 16;

  /// Reads up to the first element.
  ///
  /// @throws NpyException if this is no header of an array that we can hold
  static NpyHeader read(InputStream in, String source) throws IOException {
    byte[] prefix = bytes(in, PREFIX_BYTES, source);
    for (int i = 0; i < MAGIC.length; i++) {
      if (prefix[i] != MAGIC[i]) {
        throw new NpyException(
            source, "does not start with the bytes of an npy file; expected \\x93NUMPY");
      }
    }
    int version = prefix[MAGIC.length];
    if (version < 1 || version > 3) {
      throw new NpyException(source, "npy format version " + version + "; expected 1, 2 or 3");
    }
    int lengthBytes = version == 1 ? 2 : 4;
    long length = littleEndian(bytes(in, lengthBytes, source));
    if (length > TEXT_BYTES_MAX) {
      throw new NpyException(
          source, "claims a header of " + length + " bytes; expected at most " + TEXT_BYTES_MAX);
    }
    // Names could be other than ASCII only in structured types, which are refused anyway.
    String text = new String(bytes(in, (int) length, source), StandardCharsets.ISO_8859_1);
    return new HeaderParser(source, text).parse(PREFIX_BYTES + lengthBytes + length);
  }

  private static byte[] bytes(InputStream in, int count, String source) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new NpyException(source, "ends within the header of an npy file");
    }
    return bytes;
  }

  private static long littleEndian(byte[] bytes) {
    long value = 0;
    for (int i = bytes.length - 1; i >= 0; i--) {
      value = value << 8 | Byte.toUnsignedInt(bytes[i]);
    }
    return value;
  }

  /// The header under which `tensor` is written: version 1, padded so that the elements start at a
  /// multiple of 64 bytes.
  static byte[] bytesFor(Tensor tensor) {
    String text =
        "{'descr': '"
            + orderCode(tensor)
            + Stored.of(tensor.dtype()).code()
            + "', 'fortran_order': False, 'shape': "
            + tuple(tensor.shape())
            + ", }";
    int lengthAt = PREFIX_BYTES;
    int textAt = lengthAt + Short.BYTES;
    int total = (textAt + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (total - textAt > 0xFFFF) {
      throw new IllegalArgumentException(
          "a tensor of rank " + tensor.rank() + " does not fit the header of an npy file");
    }
    ByteBuffer header = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - textAt));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  private static String orderCode(Tensor tensor) {
    if (tensor.dtype().sizeBytes() == 1) {
      return "|";
    }
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "<" : ">";
  }

  private static String tuple(Shape shape) {
    String sizes = shape.dims().stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "(" + sizes + (shape.rank() == 1 ? ",)" : ")");
  }

  /// Bytes of all elements.
  long dataBytes() {
    return shape.size() * type.sizeBytes();
  }

  /// Whether the elements are, byte for byte, those of a tensor.
  ///
  /// Not so for `bool`: its bytes may be other than 0 and 1 in a file, but not in a tensor.
  boolean isVerbatim() {
    return Stored.of(type.dtype()) == type
        && type != Stored.BOOL
        && order == ByteOrder.nativeOrder()
        && !isPermuted();
  }

  /// Whether the elements lie in another order than row-major.
  boolean isPermuted() {
    return fortran && shape.dims().stream().filter(dim -> dim > 1).count() > 1;
  }
}
