package org.ntk4j.core.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyHostileTest {

  private static final String GOOD = NpyBytes.header("|u1", false, "(2,)");

  @TempDir Path folder;
  private Path path = Path.of("");

  @BeforeEach
  void name() {
    path = folder.resolve("bad.npy");
  }

  private void refused(String problem, byte[] content) throws IOException {
    Files.write(path, content);
    NpyBytes.refused(path + ": " + problem, () -> Npy.read(path));
  }

  @Test
  void what_is_no_npy_file_is_refused() throws IOException {
    NpyBytes.refused(path + ": is no file; expected an array in npy format", () -> Npy.read(path));
    refused("ends within the header of an npy file", new byte[0]);
    refused("does not start with the bytes of an npy file; expected \\x93NUMPY", new byte[100]);
    refused("npy format version 4; expected 1, 2 or 3", NpyBytes.file(4, GOOD));
    byte[] whole = NpyBytes.file(GOOD, (byte) 1, (byte) 2);
    for (int length = 0; length < whole.length - 2; length++) {
      refused("ends within the header of an npy file", Arrays.copyOf(whole, length));
    }
  }

  @Test
  void sizes_other_than_claimed_are_refused() throws IOException {
    refused(
        "is truncated: 1 bytes follow the header; expected 2 for shape [2] of u1",
        NpyBytes.file(GOOD, (byte) 1));
    refused(
        "has something at its end: 3 bytes follow the header; expected 2 for shape [2] of u1",
        NpyBytes.file(GOOD, (byte) 1, (byte) 2, (byte) 3));
    refused(
        "is truncated: 0 bytes follow the header; expected 8000000000000000 for shape"
            + " [1000000000000000] of f8",
        NpyBytes.file(NpyBytes.header("<f8", false, "(1000000000000000,)")));
    refused(
        "claims a header of 2130706432 bytes; expected at most 65536",
        new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 0, 0, 0, 127, '{'});
  }

  @Test
  void impossible_shapes_are_refused() throws IOException {
    refused(
        "header: shape [-2] has the negative size -2; expected 0 or more",
        NpyBytes.file(NpyBytes.header("<f8", false, "(-2,)")));
    refused(
        "header: the size 99999999999999999999 is not below 2^63",
        NpyBytes.file(NpyBytes.header("<f8", false, "(99999999999999999999,)")));
    refused(
        "header: shape [4294967296,4294967296] is too large; expected fewer than 2^63 elements",
        NpyBytes.file(NpyBytes.header("<f8", false, "(4294967296, 4294967296)")));
    refused(
        "claims shape [2305843009213693952], more bytes than any file has",
        NpyBytes.file(NpyBytes.header("<f8", false, "(2305843009213693952,)")));
  }

  @Test
  void types_without_a_dtype_are_refused() throws IOException {
    refused(
        "holds Python objects; expected numbers or booleans",
        NpyBytes.file(NpyBytes.header("|O", false, "(2,)")));
    refused(
        "holds records of several fields; expected one plain type",
        NpyBytes.file("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }"));
    for (String type : new String[] {"<c16", "<u8", "|S3", "<M8[ns]", "?f8", "|f8", "f8", ""}) {
      refused(
          "holds elements of type '"
              + type
              + "'; expected <, > or | and one of b1, i1, i2, i4, i8, u1, u2, u4, f2, f4, f8",
          NpyBytes.file(NpyBytes.header(type, false, "(2,)")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'descr': '<f8', 'shape': ()} | 29 | it has only the keys [descr, shape]
          {'descr': '<f8', 'descr': '<f8'} | 31 | the key 'descr' is repeated
          {'descr': '<f8' 'shape': ()} | 16 | no comma after the value of 'descr'
          {'extra': 1} | 9 | the key 'extra' is unknown
          {'descr': '<f8 | 10 | no string where one should be
          {'fortran_order': 1} | 18 | 'fortran_order' is neither True nor False
          {'shape': (2)} | 13 | the shape is no tuple
          {'shape': (2 3)} | 13 | no comma between the sizes of the shape
          {'shape': (x,)} | 11 | no number where a size should be
          {'shape': (2, | 13 | it ends too early
          ('shape', 2) | 0 | no '{' where one should be
          {'descr': '<f8', 'fortran_order': False, 'shape': (), } x | 55 | something follows the closing brace
          """)
  void malformed_headers_are_refused(String header, int at, String problem) throws IOException {
    refused(
        "malformed header at character "
            + at
            + ": "
            + problem
            + "; expected {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } or the like",
        NpyBytes.file(header));
  }
}
