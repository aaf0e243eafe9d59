package org.ntk4j.cuda.driver;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether JavaCPP's presets for CUDA can be loaded, found out without loading them.
final class Presets {
  private Presets() {}

  /// What is missing on the class path, if anything.
  static Optional<String> missing() {
    Optional<String> platform = platform();
    if (platform.isEmpty()) {
      return Optional.of(
          "CUDA does not exist for %s on %s"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
    }
    String library = System.mapLibraryName("jnicudart");
    for (String resource :
        List.of(
            "org/bytedeco/cuda/global/cudart.class",
            "org/bytedeco/cuda/" + platform.get() + "/" + library)) {
      if (Presets.class.getClassLoader().getResource(resource) == null) {
        return Optional.of(
            "JavaCPP's presets for CUDA are not on the class path ("
                + resource
                + "; on a module path, their native module needs --add-modules ALL-MODULE-PATH)");
      }
    }
    return Optional.empty();
  }

  /// As JavaCPP names it.
  private static Optional<String> platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine =
        switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> "";
        };
    if (system.startsWith("linux") && !machine.isEmpty()) {
      return Optional.of("linux-" + machine);
    }
    return system.startsWith("windows") && machine.equals("x86_64")
        ? Optional.of("windows-x86_64")
        : Optional.empty();
  }
}
