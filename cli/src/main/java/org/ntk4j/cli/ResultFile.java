package org.ntk4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;
import org.ntk4j.core.io.Npz;

/// A file that is to be written, checked before any work; it appears whole or not at all.
final class ResultFile {
  private ResultFile() {}

  /// @param option what it was given with, e.g. `--out`
  /// @param endings how its name may end
  static void check(String option, Path file, boolean force, List<String> endings) {
    if (endings.stream().noneMatch(file.toString()::endsWith)) {
      throw new UsageException(
          "%s '%s': expected a name that ends with %s"
              .formatted(option, file, String.join(" or ", endings)));
    }
    if (Files.isDirectory(file)) {
      throw new UsageException(option + " '" + file + "' is a directory; expected a file");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UsageException(
          option + " '" + file + "' is a device or the like; expected a file, or a new name");
    }
    if (Files.exists(file) && !force) {
      throw new UsageException(
          option + " '" + file + "' exists; expected a new name, or --force to replace it");
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new UsageException(
          option + " '" + file + "': there is no directory '" + file.getParent() + "'");
    }
    if (parent != null && !Files.isWritable(parent)) {
      throw new UsageException(
          option + " '" + file + "': the directory '" + parent + "' cannot be written to");
    }
  }

  /// Checks the file of `count` arrays: `.npy` holds one.
  static void checkArrays(Path file, boolean force, List<String> names) {
    check("--out", file, force, List.of(".npy", ".npz"));
    if (names.size() > 1 && file.toString().endsWith(".npy")) {
      throw new UsageException(
          "--out '%s' holds one array, but there are %d: %s; expected a name that ends with .npz"
              .formatted(file, names.size(), names));
    }
  }

  /// Writes the arrays; one to an `.npy` file, or any number to an `.npz` file by name.
  static void write(Path file, SequencedMap<String, Tensor> arrays) throws IOException {
    if (file.toString().endsWith(".npy")) {
      Npy.write(file, arrays.firstEntry().getValue());
    } else {
      Npz.write(file, arrays);
    }
  }
}
