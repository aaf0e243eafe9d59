package org.ntk4j.cuda;

import java.util.List;
import java.util.Optional;
import org.ntk4j.cuda.driver.CubinCompiler;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Detection;
import org.ntk4j.cuda.driver.DeviceInfo;

/// The cards of this machine, and whether programs can run on them.
///
/// @param cards those that the driver finds
/// @param driver the version of CUDA that it supports; empty if there is none
/// @param compiler the version of NVRTC; empty if there is none that will do
/// @param problem why programs cannot run here, as one sentence; empty if they can
public record CudaDevices(
    List<Card> cards,
    Optional<String> driver,
    Optional<String> compiler,
    Optional<String> problem) {

  /// The system property with the number of the card to use; else that is 0.
  public static final String PROPERTY = "org.ntk4j.cuda.device";

  public CudaDevices {
    cards = List.copyOf(cards);
  }

  /// A card.
  ///
  /// @param name e.g. `NVIDIA H200`
  /// @param architecture e.g. `sm_90`
  /// @param problem why programs cannot run on it
  public record Card(
      int ordinal,
      String name,
      String architecture,
      long bytes,
      int multiprocessors,
      Optional<String> problem) {}

  /// What is here. Loads the driver and the compiler if they are there, takes no card, and never
  /// throws.
  public static CudaDevices here() {
    return switch (Detection.here()) {
      case Detection.Absent(String reason) ->
          new CudaDevices(List.of(), Optional.empty(), Optional.empty(), Optional.of(reason));
      case Detection.Present present -> of(present);
    };
  }

  private static CudaDevices of(Detection.Present present) {
    Optional<String> driver = Optional.of(present.version());
    try {
      CubinCompiler compiler = CubinCompiler.here();
      List<Card> cards = present.devices().stream().map(d -> card(d, compiler)).toList();
      Optional<String> problem =
          cards.stream().anyMatch(c -> c.problem().isEmpty())
              ? Optional.empty()
              : cards.getFirst().problem();
      return new CudaDevices(cards, driver, Optional.of(compiler.version()), problem);
    } catch (CudaException | LinkageError e) {
      Optional<String> problem = Optional.of(String.valueOf(e.getMessage()));
      List<Card> cards = present.devices().stream().map(d -> card(d, problem)).toList();
      return new CudaDevices(cards, driver, Optional.empty(), problem);
    }
  }

  private static Card card(DeviceInfo device, CubinCompiler compiler) {
    try {
      compiler.checkKnown(device.capability());
      return card(device, Optional.empty());
    } catch (CudaException e) {
      return card(device, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private static Card card(DeviceInfo device, Optional<String> problem) {
    return new Card(
        device.ordinal(),
        device.name(),
        device.capability(),
        device.totalBytes(),
        device.multiprocessors(),
        problem);
  }

  /// Whether programs can run on one of them at least.
  public boolean isAvailable() {
    return problem.isEmpty();
  }
}
