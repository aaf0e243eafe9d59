package org.ntk4j.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.function.Executable;

/// Npy files made byte by byte.
final class NpyBytes {

  private NpyBytes() {}

  /// A file of version 1 with this header text.
  static byte[] file(String header, byte... data) {
    return file(1, header, data);
  }

  static byte[] file(int version, String header, byte... data) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes =
        ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
    bytes.put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) text.length);
    } else {
      bytes.putInt(text.length);
    }
    bytes.put(text).put(data);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes.array(), 0, bytes.position());
    return out.toByteArray();
  }

  static String header(String descr, boolean fortran, String shape) {
    return "{'descr': '"
        + descr
        + "', 'fortran_order': "
        + (fortran ? "True" : "False")
        + ", 'shape': "
        + shape
        + ", }\n";
  }

  /// Checks that `action` fails with exactly this text.
  static void refused(String message, Executable action) {
    assertEquals(message, assertThrows(NpyException.class, action).getMessage());
  }
}
