package org.ntk4j.core.io;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

class NpzHostileTest {

  private static final int CENTRAL_FLAGS = 8;
  private static final int CENTRAL_METHOD = 10;
  private static final int CENTRAL_SIZE = 24;
  private static final int CENTRAL_OFFSET = 42;
  private static final int CENTRAL_NAME = 46;

  @TempDir Path folder;
  private Path path = Path.of("");

  @BeforeEach
  void name() {
    path = folder.resolve("bad.npz");
  }

  private void refused(String problem, byte[] content) throws IOException {
    Files.write(path, content);
    String message = assertThrows(NpyException.class, () -> Npz.read(path)).getMessage();
    assertTrue(message.startsWith(path.toString()), message);
    assertTrue(message.contains(problem), message);
  }

  private static byte[] zip(Map<String, byte[]> members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        zip.putNextEntry(new ZipEntry(member.getKey()));
        zip.write(member.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private byte[] two(boolean compressed) throws IOException {
    Path file = folder.resolve("two.npz");
    Map<String, Tensor> arrays =
        new TreeMap<>(
            Map.of(
                "a", Tensor.zeros(DType.F64, Shape.of(1000)),
                "b", Tensor.zeros(DType.F64, Shape.of(1000))));
    if (compressed) {
      Npz.writeCompressed(file, arrays);
    } else {
      Npz.write(file, arrays);
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  /// Where record number `index` of the directory starts.
  private static int central(byte[] zip, int index) {
    int found = -1;
    for (int at = 0; at < zip.length - 4; at++) {
      if (zip[at] == 'P' && zip[at + 1] == 'K' && zip[at + 2] == 1 && ++found == index) {
        return at;
      }
    }
    throw new IllegalStateException("no record " + index);
  }

  private static ByteBuffer edit(byte[] zip) {
    return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void what_is_no_archive_is_refused() throws IOException {
    NpyBytes.refused(path + ": is no file; expected arrays in npz format", () -> Npz.read(path));
    refused("is too short for a zip archive", new byte[3]);
    refused("does not start as a zip archive does", new byte[100]);
    byte[] good = two(true);
    for (int length = 22; length < good.length; length++) {
      refused("is truncated, or has something at its end", Arrays.copyOf(good, length));
    }
    refused("has something at its end", Arrays.copyOf(good, good.length + 1));
  }

  @Test
  void members_that_are_no_arrays_are_refused() throws IOException {
    refused("has a member 'a.txt' that is no array", zip(Map.of("a.txt", new byte[3])));
    refused("does not start with the bytes of an npy file", zip(Map.of("a.npy", new byte[99])));
    refused("[a.npy]: ends within the header", zip(Map.of("a.npy", new byte[0])));
    Files.write(path, two(false));
    NpyBytes.refused(
        path + ": has no array 'c'; expected one of [a.npy, b.npy]", () -> Npz.read(path, "c"));
  }

  @Test
  void headers_that_claim_more_than_the_member_holds_are_refused() throws IOException {
    byte[] liar = NpyBytes.file(NpyBytes.header("<f8", false, "(1000000000000,)"), new byte[8]);
    refused("[a.npy]: is truncated: 8 bytes follow", zip(Map.of("a.npy", liar)));
    byte[] longer = NpyBytes.file(NpyBytes.header("|u1", false, "(1,)"), new byte[1 << 20]);
    refused("[a.npy]: has something at its end", zip(Map.of("a.npy", longer)));
  }

  @Test
  void sizes_that_the_compressed_bytes_cannot_have_are_refused() throws IOException {
    byte[] bomb = two(true);
    edit(bomb).putInt(central(bomb, 0) + CENTRAL_SIZE, 0x70000000);
    refused("compressed bytes cannot hold", bomb);
    byte[] stored = two(false);
    edit(stored).putInt(central(stored, 1) + CENTRAL_SIZE, 5);
    refused("[b.npy]", stored);
  }

  @Test
  void members_that_inflate_to_more_than_they_claim_are_refused() throws IOException {
    byte[] claimed = NpyBytes.file(NpyBytes.header("|u1", false, "(5,)"), new byte[5]);
    byte[] actual = NpyBytes.file(NpyBytes.header("|u1", false, "(5,)"), new byte[1 << 20]);
    byte[] bomb = zip(Map.of("a.npy", actual));
    edit(bomb).putInt(central(bomb, 0) + CENTRAL_SIZE, claimed.length);
    refused("[a.npy]: ", bomb);
  }

  @Test
  void two_members_of_one_name_are_refused() throws IOException {
    byte[] twice = two(true);
    twice[central(twice, 1) + CENTRAL_NAME] = 'a';
    refused("has two members called 'a.npy'", twice);
  }

  @Test
  void members_that_share_bytes_are_refused() throws IOException {
    byte[] two = two(false);
    // Both records of the directory point to the first member; the second is cut out.
    ByteBuffer edited = edit(two);
    int first = edited.getInt(central(two, 0) + CENTRAL_OFFSET);
    int second = edited.getInt(central(two, 1) + CENTRAL_OFFSET);
    int directory = central(two, 0);
    edited.putInt(central(two, 1) + CENTRAL_OFFSET, first);
    edited.putInt(two.length - 6, second);
    byte[] cut = new byte[two.length - (directory - second)];
    System.arraycopy(two, 0, cut, 0, second);
    System.arraycopy(two, directory, cut, second, two.length - directory);
    refused("bytes of members; expected at most", cut);
  }

  @Test
  void encrypted_members_and_unknown_compressions_are_refused() throws IOException {
    byte[] encrypted = two(true);
    edit(encrypted).putShort(central(encrypted, 0) + CENTRAL_FLAGS, (short) 1);
    refused("encrypted", encrypted);
    byte[] bzip2 = two(true);
    edit(bzip2).putShort(central(bzip2, 0) + CENTRAL_METHOD, (short) 12);
    refused("compression method", bzip2);
  }

  @Test
  void damaged_content_is_refused() throws IOException {
    byte[] stored = two(false);
    stored[500] ^= 1;
    refused("[a.npy]: is damaged: its checksum does not match its content", stored);
  }

  @Test
  void no_damage_of_one_byte_is_anything_but_an_npy_exception() throws IOException {
    byte[] good = two(true);
    for (int at = 0; at < good.length; at++) {
      for (int change : new int[] {1, 0x80, 0xFF}) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) change;
        Files.write(path, bad);
        try {
          Npz.read(path);
        } catch (NpyException e) {
          assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
        }
      }
    }
  }
}
