package org.ntk4j.cpu;

import java.util.List;

/// A native library that the CPU back end uses where it can be loaded.
///
/// @param name e.g. `OpenBLAS`
/// @param use what it is used for, and what does that without it
/// @param loaded whether it could be loaded on this machine
public record NativeLibrary(String name, String use, boolean loaded) {
  /// All of them; tries to load those that are not loaded yet.
  public static List<NativeLibrary> all() {
    return List.of(
        new NativeLibrary(
            "OpenBLAS", "matrix products; else in Java, slowly", Blas.find().isPresent()),
        new NativeLibrary(
            "oneDNN", "large f32 matrix products; else by OpenBLAS", OneDnn.find().isPresent()));
  }
}
