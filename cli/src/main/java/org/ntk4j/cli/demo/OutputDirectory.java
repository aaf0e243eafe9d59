package org.ntk4j.cli.demo;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ntk4j.cli.report.Pictures;
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

  void picture(String name, String content, Supplier<BufferedImage> picture) throws IOException {
    Path file = directory.resolve(name);
    Pictures.write(file, picture);
    written.add(new Entry(file, content));
  }
}
