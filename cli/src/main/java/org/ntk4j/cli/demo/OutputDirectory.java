package org.ntk4j.cli.demo;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;
import org.ntk4j.core.io.Npz;

/// A directory in which files appear whole or not at all.
final class OutputDirectory {
  /// A file, and what is in it.
  record Entry(Path path, String content) {}

  private final Path directory;
  private final List<Entry> written = new ArrayList<>();

  private OutputDirectory(Path directory) {
    this.directory = directory;
  }

  /// `directory`, created if it does not exist.
  static OutputDirectory at(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new OutputDirectory(directory);
  }

  /// What was written, in order.
  List<Entry> written() {
    return List.copyOf(written);
  }

  void array(String name, String content, Tensor values) throws IOException {
    Path file = directory.resolve(name);
    Npy.write(file, values);
    written.add(new Entry(file, content));
  }

  void arrays(String name, String content, Map<String, Tensor> values) throws IOException {
    Path file = directory.resolve(name);
    Npz.write(file, values);
    written.add(new Entry(file, content));
  }

  void picture(String name, String content, BufferedImage picture) throws IOException {
    Path file = directory.resolve(name);
    Path temporary = directory.resolve("." + name + "." + UUID.randomUUID() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW)) {
        if (!ImageIO.write(picture, "png", out)) {
          throw new IOException("this Java cannot write PNG files");
        }
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    written.add(new Entry(file, content));
  }
}
