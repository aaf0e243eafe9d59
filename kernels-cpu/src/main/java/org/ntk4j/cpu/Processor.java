package org.ntk4j.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The processor of this machine, as far as the operating system says.
///
/// @param name e.g. `AMD EPYC 9R14`; empty if it is not known
/// @param instructions instruction sets for arithmetic on vectors, e.g. `avx2`; empty if they are
///   not known
public record Processor(Optional<String> name, List<String> instructions) {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /// Prefixes of the names that Linux gives them, on x86 and on ARM.
  private static final List<String> VECTOR =
      List.of("sse4", "avx", "fma", "f16c", "amx", "asimd", "sve", "bf16", "i8mm");

  public Processor {
    instructions = List.copyOf(instructions);
  }

  /// Name and instruction sets.
  String description() {
    return name.orElse("?") + " " + instructions;
  }

  /// That of this machine.
  public static Processor here() {
    try {
      return Files.isReadable(LINUX) ? of(Files.readString(LINUX)) : unknown();
    } catch (IOException e) {
      return unknown();
    }
  }

  /// Windows names it in the environment.
  private static Processor unknown() {
    return new Processor(Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")), List.of());
  }

  /// @param info what Linux says of each core: lines of `key : value`
  static Processor of(String info) {
    Map<String, String> first = new LinkedHashMap<>();
    info.lines()
        .map(line -> line.split(":", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> first.putIfAbsent(pair[0].strip(), pair[1].strip()));
    Optional<String> name =
        Stream.of("model name", "Processor", "cpu model")
            .flatMap(key -> Optional.ofNullable(first.get(key)).stream())
            .filter(n -> !n.isEmpty())
            .findFirst();
    Set<String> flags =
        Set.copyOf(
            Arrays.stream(
                    (first.getOrDefault("flags", "") + " " + first.getOrDefault("Features", ""))
                        .split("\\s+", -1))
                .distinct()
                .toList());
    List<String> vector =
        flags.stream().filter(f -> VECTOR.stream().anyMatch(f::startsWith)).sorted().toList();
    return new Processor(name, vector);
  }
}
