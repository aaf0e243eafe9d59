package org.ntk4j.cuda.driver;

import java.util.List;

/// Whether this machine has cards that programs can run on: asked of the driver, which is loaded if
/// it is there, without taking a card.
public sealed interface Detection {
  /// There are cards.
  ///
  /// @param driverVersion of CUDA, as the driver states it: 13010 is 13.1
  record Present(List<DeviceInfo> devices, int driverVersion) implements Detection {
    public Present {
      devices = List.copyOf(devices);
    }

    /// The version of CUDA that the driver supports, e.g. `13.1`.
    public String version() {
      return Detector.version(driverVersion);
    }
  }

  /// There are none.
  ///
  /// @param reason one sentence
  record Absent(String reason) implements Detection {}

  /// The cards of this machine. Never throws. What was found is not looked for again; what was not,
  /// is.
  static Detection here() {
    return Detector.here();
  }
}
