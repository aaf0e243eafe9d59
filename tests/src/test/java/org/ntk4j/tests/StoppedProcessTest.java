package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.io.AtomicFile;

/// What a process leaves behind that is stopped while it writes.
class StoppedProcessTest {
  @TempDir private Path directory;

  /// Writes half of a file, says so, and waits.
  static final class Unending {
    private Unending() {}

    public static void main(String[] args) throws IOException {
      AtomicFile.write(
          Path.of(args[0]),
          out -> {
            out.write(new byte[1 << 21]);
            System.out.println("half");
            try {
              TimeUnit.MINUTES.sleep(1);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          });
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void a_process_that_is_stopped_leaves_nothing() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Unending.class.getName(),
                directory.resolve("a").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals('h', process.getInputStream().read());
    assertEquals(1, names().size());
    process.destroy();
    process.waitFor();
    assertEquals(List.of(), names());
  }
}
