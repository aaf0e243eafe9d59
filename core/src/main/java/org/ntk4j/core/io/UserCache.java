package org.ntk4j.core.io;

import java.nio.file.Path;
import java.util.Optional;

/// Where ntk4j keeps what outlives a process: the property [#PROPERTY], else `ntk4j` in the user's
/// cache directory.
public final class UserCache {
  /// A directory, or `off`.
  public static final String PROPERTY = "org.ntk4j.cache";

  private UserCache() {}

  /// The directory, which may not exist yet; empty if nothing is to be kept.
  public static Optional<Path> directory() {
    String property = System.getProperty(PROPERTY, "");
    if (property.equals("off")) {
      return Optional.empty();
    }
    if (!property.isEmpty()) {
      return Optional.of(Path.of(property));
    }
    String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home", ""), ".cache");
    return Optional.of(base.resolve("ntk4j"));
  }
}
