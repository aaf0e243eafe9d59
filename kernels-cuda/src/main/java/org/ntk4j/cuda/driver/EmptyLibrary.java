package org.ntk4j.cuda.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ntk4j.cuda.driver.CudaLibraries.Library;

/// A shared library of Linux with a name and nothing in it, in place of one that another library is
/// linked with and never calls.
final class EmptyLibrary {
  private static final int HEADER_BYTES = 64;
  private static final int SEGMENT_BYTES = 56;
  private static final int SYMBOL_BYTES = 24;
  private static final int HASH_BYTES = 16;
  private static final int ENTRY_BYTES = 16;
  private static final int PAGE_BYTES = 1 << 16;

  /// Where things are in the file, and in memory.
  private static final int HASH = HEADER_BYTES + 3 * SEGMENT_BYTES;

  private static final int SYMBOLS = HASH + HASH_BYTES;
  private static final int DYNAMIC = SYMBOLS + SYMBOL_BYTES;
  private static final int ENTRIES = 7;
  private static final int STRINGS = DYNAMIC + ENTRIES * ENTRY_BYTES;

  private static final short SHARED_OBJECT = 3;
  private static final int LOAD = 1;
  private static final int DYNAMIC_SEGMENT = 2;
  private static final int STACK = 0x6474e551;
  private static final int READ_WRITE = 6;

  private EmptyLibrary() {}

  /// Loads one.
  ///
  /// @param name what the other library calls it, e.g. `libcudart.so.13`
  static Library load(String name) throws IOException {
    Path file = Files.createTempFile("ntk4j", ".so");
    try {
      Files.write(file, image(name));
      return CudaLibraries.load(file)
          .orElseThrow(() -> new IOException("an empty " + name + " cannot be loaded"));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// The file: a header, what is to be loaded, and tables of which only that of names has content.
  static byte[] image(String name) {
    byte[] strings = ("\0" + name + "\0").getBytes(StandardCharsets.US_ASCII);
    int size = STRINGS + strings.length;
    ByteBuffer b = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    b.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    b.putShort(SHARED_OBJECT).putShort(machine()).putInt(1);
    b.putLong(0).putLong(HEADER_BYTES).putLong(0).putInt(0);
    b.putShort((short) HEADER_BYTES).putShort((short) SEGMENT_BYTES).putShort((short) 3);
    b.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    segment(b, LOAD, 0, size, PAGE_BYTES);
    segment(b, DYNAMIC_SEGMENT, DYNAMIC, ENTRIES * ENTRY_BYTES, Long.BYTES);
    segment(b, STACK, 0, 0, ENTRY_BYTES);
    b.putInt(1).putInt(1).putInt(0).putInt(0);
    b.position(DYNAMIC);
    b.putLong(14).putLong(1); // its name
    b.putLong(4).putLong(HASH);
    b.putLong(5).putLong(STRINGS);
    b.putLong(6).putLong(SYMBOLS);
    b.putLong(10).putLong(strings.length);
    b.putLong(11).putLong(SYMBOL_BYTES);
    b.putLong(0).putLong(0);
    return b.put(strings).array();
  }

  private static void segment(ByteBuffer b, int type, int offset, int size, int alignment) {
    b.putInt(type).putInt(READ_WRITE).putLong(offset).putLong(offset).putLong(offset);
    b.putLong(size).putLong(size).putLong(alignment);
  }

  /// The processor, as such files number it.
  private static short machine() {
    return (short) (System.getProperty("os.arch", "").equals("aarch64") ? 183 : 62);
  }
}
