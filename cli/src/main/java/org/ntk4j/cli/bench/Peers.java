package org.ntk4j.cli.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Other libraries, run by Python in environments of their own.
///
/// @param scripts `tests/peers` of a checkout
/// @param home where the environments are
record Peers(Path scripts, Path home) {
  /// Names of all methods.
  static final List<String> METHODS =
      List.of("neural-tangents-1", "neural-tangents-2", "neural-tangents-3", "torch.func");

  private static final Duration INSTALLATION = Duration.ofHours(1);

  /// Where the environments are if nothing else is asked for.
  static Path defaultHome() {
    String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path directory =
        cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
    return directory.resolve("ntk4j").resolve("peers");
  }

  /// `tests/peers` of the checkout that this class was built in.
  static Optional<Path> findScripts() {
    Path place;
    try {
      place = Path.of(Peers.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("bug: the place of a class is no path", e);
    }
    for (Path p = place; p != null; p = p.getParent()) {
      Path scripts = p.resolve("tests").resolve("peers");
      if (Files.isRegularFile(scripts.resolve("peer.py"))) {
        return Optional.of(scripts);
      }
    }
    return Optional.empty();
  }

  /// Makes the environments, unless they are there.
  ///
  /// @return why that failed, if it did
  Optional<String> install(Path log) throws IOException {
    List<String> command =
        List.of("/bin/sh", scripts.resolve("install.sh").toString(), home.toString());
    return Files.isExecutable(Path.of("/bin/sh"))
        ? ChildProcess.run(command, log, INSTALLATION, OptionalLong.empty())
        : Optional.of("there is no /bin/sh to run tests/peers/install.sh with");
  }

  /// These methods.
  List<Contender> contenders(List<String> methods, Duration timeout, OptionalLong addressBytes) {
    return methods.stream()
        .map(method -> new Contender(method, true, launch(method), timeout, addressBytes))
        .toList();
  }

  private Contender.Launch launch(String method) {
    Path environment = home.resolve(method.equals("torch.func") ? "torch" : "jax");
    String python = environment.resolve("bin").resolve("python").toString();
    return (network, files, calls) ->
        List.of(
            python,
            "-B",
            scripts.resolve("peer.py").toString(),
            method,
            network.name(),
            files.in().toString(),
            files.kernel().toString(),
            files.report().toString(),
            Integer.toString(calls));
  }
}
