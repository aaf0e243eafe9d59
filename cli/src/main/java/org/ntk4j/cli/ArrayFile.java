package org.ntk4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;
import org.ntk4j.core.io.Npz;

/// An array as the command line names it: `a.npy`, `a.npz:key`, or one of them after `NAME=`.
///
/// @param option as which it was given, for messages
/// @param name of the input that it is for
/// @param key of the member of an archive
record ArrayFile(String option, Optional<String> name, Path path, Optional<String> key) {
  private static final String MEMBER = ".npz:";

  /// @param names what may stand before `=`; other text there is a part of the path if a file is
  ///   called so
  static ArrayFile parse(String option, String text, Collection<String> names) {
    int equals = text.indexOf('=');
    boolean named =
        equals > 0
            && (names.contains(text.substring(0, equals)) || !Files.exists(path(option, text)));
    String file = named ? text.substring(equals + 1) : text;
    int member = file.indexOf(MEMBER);
    int colon = member + MEMBER.length() - 1;
    return new ArrayFile(
        option,
        named ? Optional.of(text.substring(0, equals)) : Optional.empty(),
        path(option, member < 0 ? file : file.substring(0, colon)),
        member < 0 ? Optional.empty() : Optional.of(file.substring(colon + 1)));
  }

  private static Path path(String option, String text) {
    try {
      return Path.of(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + " '" + text + "' is no path: " + e.getMessage(), e);
    }
  }

  /// The array.
  Tensor read() throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new UsageException(
          "%s: %s; expected an .npy file, or FILE.npz:KEY"
              .formatted(
                  option,
                  Files.isDirectory(path)
                      ? "'" + path + "' is a directory"
                      : "there is no file '" + path + "'"));
    }
    if (!path.toString().endsWith(".npz")) {
      return Npy.read(path);
    }
    Collection<String> keys = Npz.read(path).keySet();
    if (key.isEmpty() || !keys.contains(key.get())) {
      String problem = key.map(k -> "has no array '" + k + "'").orElse("is named without a key");
      throw new UsageException(
          "%s: '%s' %s; expected %s:KEY, where KEY is one of %s"
              .formatted(option, path, problem, path, keys));
    }
    return Npz.read(path, key.get());
  }

  @Override
  public String toString() {
    return path + key.map(k -> ":" + k).orElse("");
  }
}
