package org.ntk4j.cuda.driver;

/// A card, as the driver describes it.
///
/// @param ordinal its number, from 0
/// @param name e.g. `NVIDIA H200`
/// @param major of its compute capability
/// @param minor of its compute capability
/// @param multiprocessors how many blocks run at once, at least
public record DeviceInfo(
    int ordinal, String name, int major, int minor, long totalBytes, int multiprocessors) {

  /// The architecture that kernels are compiled for, e.g. `sm_90`.
  public String capability() {
    return "sm_" + major + minor;
  }
}
