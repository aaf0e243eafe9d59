package org.ntk4j.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

class GoldenFileTest {
  @TempDir Path directory;

  private GoldenFile file() {
    return new GoldenFile(directory.resolve("a.txt"), "ir", "GoldenFileTest");
  }

  private String difference(String found) {
    String message =
        assertThrows(AssertionFailedError.class, () -> file().assertMatches(found)).getMessage();
    return message.lines().skip(1).findFirst().orElseThrow();
  }

  @Test
  void a_text_is_compared_with_the_file() throws IOException {
    Files.writeString(file().file(), "x\n");
    file().assertMatches("x\n");
    file().assertMatches("X\n", text -> text.replace('x', 'X'));
    assertEquals("-x", difference("y\n"));
  }

  @Test
  void without_the_file_everything_is_new() {
    assertEquals("+y", difference("y\n"));
  }
}
