package org.ntk4j.cuda.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// What a cubin, an ELF file, says of its functions.
///
/// @param frameBytes for each function the memory for what has no place in registers
record Cubin(Map<Integer, Integer> frameBytes, Map<Integer, Integer> registers) {
  private static final int SECTIONS = 40;
  private static final int SECTION_BYTES = 58;
  private static final int TWO_WORDS = 4;
  private static final int FRAME = 0x11;
  private static final int REGISTERS = 0x2f;

  Cubin {
    frameBytes = Map.copyOf(frameBytes);
    registers = Map.copyOf(registers);
  }

  static Cubin of(byte[] cubin) {
    ByteBuffer file = ByteBuffer.wrap(cubin).order(ByteOrder.LITTLE_ENDIAN);
    int sections = Math.toIntExact(file.getLong(SECTIONS));
    int bytes = file.getShort(SECTION_BYTES);
    int count = file.getShort(SECTION_BYTES + 2);
    int names = sections + bytes * file.getShort(SECTION_BYTES + 4);
    Map<Integer, Integer> frames = new HashMap<>();
    Map<Integer, Integer> registers = new HashMap<>();
    for (int s = 0; s < count; s++) {
      int section = sections + s * bytes;
      if (name(file, offset(file, names) + file.getInt(section)).equals(".nv.info")) {
        int start = offset(file, section);
        int end = start + Math.toIntExact(file.getLong(section + 32));
        read(file, start, end, frames, registers);
      }
    }
    return new Cubin(frames, registers);
  }

  private static int offset(ByteBuffer file, int section) {
    return Math.toIntExact(file.getLong(section + 24));
  }

  private static String name(ByteBuffer file, int start) {
    int end = start;
    while (file.get(end) != 0) {
      end++;
    }
    byte[] name = new byte[end - start];
    file.get(start, name);
    return new String(name, StandardCharsets.US_ASCII);
  }

  private static void read(
      ByteBuffer file,
      int start,
      int end,
      Map<Integer, Integer> frames,
      Map<Integer, Integer> registers) {
    int at = start;
    while (at < end) {
      int form = file.get(at);
      int attribute = file.get(at + 1);
      if (form == TWO_WORDS && (attribute == FRAME || attribute == REGISTERS)) {
        (attribute == FRAME ? frames : registers).put(file.getInt(at + 4), file.getInt(at + 8));
      }
      at += 4 + (form == TWO_WORDS ? file.getShort(at + 2) : 0);
    }
  }
}
