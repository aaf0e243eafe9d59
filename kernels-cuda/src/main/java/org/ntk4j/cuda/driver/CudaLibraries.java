package org.ntk4j.cuda.driver;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the libraries of CUDA are: in the directories of the property [#PROPERTY]; in `lib64` of
/// `CUDA_HOME` and `CUDA_PATH` and of `/usr/local/cuda*`; and where the system's loader looks.
///
/// A library that was opened stays loaded, and those that need it by its name then get it.
public final class CudaLibraries {
  /// Directories, separated as in a class path, that are looked into first.
  public static final String PROPERTY = "org.ntk4j.cuda.path";

  private static final System.Logger LOG = System.getLogger(CudaLibraries.class.getName());

  static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  private CudaLibraries() {}

  /// A library that is loaded.
  ///
  /// @param place its file, or its name if the loader found it
  public record Library(String place, SymbolLookup symbols) {}

  /// The first of these files that can be loaded, in the order of `names`.
  ///
  /// @throws CudaException if this process may not load any
  public static Optional<Library> open(List<String> names) {
    List<Path> directories = directories();
    for (String name : names) {
      for (Path directory : directories) {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file)) {
          Optional<Library> found = load(file);
          if (found.isPresent()) {
            return found;
          }
        }
      }
      Optional<Library> found = load(name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /// The names of the file of a toolkit's library in this system, e.g. of `nvrtc` 13
  /// `libnvrtc.so.13`.
  public static List<String> names(String library, int major) {
    return WINDOWS
        ? List.of(library + "64_" + major + ".dll", library + "64_" + major + "0_0.dll")
        : List.of("lib" + library + ".so." + major);
  }

  /// The driver's library.
  static List<String> driver() {
    return List.of(WINDOWS ? "nvcuda.dll" : "libcuda.so.1");
  }

  /// Where it was looked, for people.
  static String searched() {
    List<String> places = new ArrayList<>(directories().stream().map(Path::toString).toList());
    places.add("the system's libraries");
    return String.join(", ", places);
  }

  static List<Path> directories() {
    List<Path> all = new ArrayList<>();
    for (String directory : System.getProperty(PROPERTY, "").split(File.pathSeparator, -1)) {
      if (!directory.isBlank()) {
        all.add(Path.of(directory.strip()));
      }
    }
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      String home = System.getenv().getOrDefault(variable, "");
      if (!home.isBlank()) {
        all.addAll(ofToolkit(Path.of(home)));
      }
    }
    installed().forEach(toolkit -> all.addAll(ofToolkit(toolkit)));
    return all.stream().distinct().filter(Files::isDirectory).toList();
  }

  private static List<Path> ofToolkit(Path home) {
    return Stream.of("lib64", "lib", "bin", "bin/x64").map(home::resolve).toList();
  }

  /// `/usr/local/cuda` first, then those with a version, the newest first.
  private static List<Path> installed() {
    List<Path> found = new ArrayList<>();
    Path local = Path.of("/usr/local");
    if (!Files.isDirectory(local)) {
      return found;
    }
    try (DirectoryStream<Path> toolkits = Files.newDirectoryStream(local, "cuda-*")) {
      toolkits.forEach(found::add);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} cannot be listed: {1}", local, e);
    }
    found.sort(Comparator.comparingDouble(CudaLibraries::version).reversed());
    found.addFirst(local.resolve("cuda"));
    return found;
  }

  /// Of `cuda-13.1`: 13.1; 0 if the name has none.
  private static double version(Path toolkit) {
    String digits = String.valueOf(toolkit.getFileName()).replaceFirst("^cuda-", "");
    return digits.matches("\\d+(\\.\\d+)?") ? Double.parseDouble(digits) : 0;
  }

  @SuppressWarnings("restricted")
  static Optional<Library> load(Path file) {
    try {
      Path real = file.toAbsolutePath();
      return Optional.of(
          new Library(real.toString(), SymbolLookup.libraryLookup(real, Arena.global())));
    } catch (IllegalCallerException e) {
      throw denied(e);
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} cannot be loaded: {1}", file, e.getMessage());
      return Optional.empty();
    }
  }

  @SuppressWarnings("restricted")
  private static Optional<Library> load(String name) {
    try {
      return Optional.of(new Library(name, SymbolLookup.libraryLookup(name, Arena.global())));
    } catch (IllegalCallerException e) {
      throw denied(e);
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.TRACE, "{0} is not among the system''s libraries", name);
      return Optional.empty();
    }
  }

  private static CudaException denied(IllegalCallerException e) {
    return new CudaException(
        "this Java process may not call native code (--enable-native-access): " + e.getMessage());
  }
}
