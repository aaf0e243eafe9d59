package org.ntk4j.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
  private static final byte[] CODE = {1, 2, 3};

  @TempDir private Path directory;

  private FileCache cache() {
    return new FileCache(Optional.of(directory), ".code", 1 << 20);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void what_was_written_is_read_by_its_key_alone() {
    cache().write("a", CODE);
    assertArrayEquals(CODE, cache().read("a").orElseThrow());
    assertTrue(cache().read("b").isEmpty());
  }

  @Test
  void nothing_unfinished_is_left_behind() throws IOException {
    cache().write("a", CODE);
    assertEquals(1, files().size());
    assertTrue(files().getFirst().toString().endsWith(".code"));
  }

  @Test
  void a_damaged_file_is_removed_and_written_anew() throws IOException {
    cache().write("a", CODE);
    Path file = files().getFirst();
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
    assertTrue(cache().read("a").isEmpty());
    assertTrue(files().isEmpty());
    cache().write("a", CODE);
    assertArrayEquals(CODE, cache().read("a").orElseThrow());
  }

  @Test
  void a_file_under_the_name_of_another_key_is_not_taken_for_it() throws IOException {
    cache().write("a", CODE);
    Path a = files().getFirst();
    cache().write("b", new byte[] {4});
    Path b = files().stream().filter(f -> !f.equals(a)).findFirst().orElseThrow();
    Files.copy(a, b, StandardCopyOption.REPLACE_EXISTING);
    assertTrue(cache().read("b").isEmpty());
  }

  @Test
  void a_cut_or_empty_file_is_as_good_as_none() throws IOException {
    cache().write("a", CODE);
    Files.write(files().getFirst(), new byte[0]);
    assertTrue(cache().read("a").isEmpty());
  }

  @Test
  void without_a_directory_nothing_is_kept() {
    FileCache none = new FileCache(Optional.empty(), ".code", 1 << 20);
    none.write("a", CODE);
    assertTrue(none.read("a").isEmpty());
  }
}
