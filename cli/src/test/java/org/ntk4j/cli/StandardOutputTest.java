package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
  @Test
  void what_is_printed_arrives() throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    StandardOutput out = new StandardOutput(target);
    print(out);
    out.write('!');
    assertArrayEquals("a line\n!".getBytes(StandardCharsets.UTF_8), target.toByteArray());
    assertEquals(Optional.empty(), out.failure());
  }

  @Test
  void a_full_disk_is_remembered() {
    StandardOutput out = new StandardOutput(new Failing("No space left on device"));
    print(out);
    assertEquals(Optional.of("No space left on device"), out.failure());
  }

  @Test
  void a_reader_that_has_seen_enough_is_no_failure() {
    StandardOutput out = new StandardOutput(new Failing("Broken pipe"));
    print(out);
    assertEquals(Optional.empty(), out.failure());
  }

  private static void print(OutputStream out) {
    PrintWriter writer = new PrintWriter(out, true, StandardCharsets.UTF_8);
    writer.print("a line\n");
    writer.flush();
  }

  private static final class Failing extends OutputStream {
    private final String why;

    Failing(String why) {
      this.why = why;
    }

    @Override
    public void write(int b) throws IOException {
      throw new IOException(why);
    }
  }
}
