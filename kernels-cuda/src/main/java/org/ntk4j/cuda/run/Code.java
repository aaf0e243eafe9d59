package org.ntk4j.cuda.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.ntk4j.cuda.driver.CubinCompiler;
import org.ntk4j.cuda.driver.CubinModule;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.Function;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;

/// A schedule ready to run on a device: its kernels and its constants are there. Immutable; what
/// changes from call to call is in a [Context].
public final class Code implements AutoCloseable {
  private final Steps steps;
  private final Device device;
  private final MemoryPlan plan;
  private final DeviceLayout layout;
  private final Constants constants;
  private final CubinModule module;
  private final Map<String, Function> functions = new HashMap<>();

  private Code(Steps steps, Device device, CubinModule module) {
    this.steps = steps;
    this.device = device;
    this.module = module;
    this.plan = steps.plan();
    this.layout = DeviceLayout.of(steps.schedule(), plan);
    this.constants = new Constants(steps.schedule(), device);
    steps.symbols().forEach(symbol -> functions.put(symbol, module.function(symbol)));
  }

  /// Compiles `schedule` for `device`.
  ///
  /// @throws IllegalArgumentException if the device has less memory than the program takes
  public static Code compile(
      Schedule schedule, Policy policy, StepLibraries libraries, Device device) {
    Steps steps = Steps.of(schedule, policy, libraries);
    checkFits(steps, device);
    byte[] cubin = CubinCompiler.here().compile(steps.source(), device.capability());
    Code code = new Code(steps, device, CubinModule.load(device, cubin));
    try {
      code.constants.upload();
      return code;
    } catch (RuntimeException | Error e) {
      code.close();
      throw e;
    }
  }

  private static void checkFits(Steps steps, Device device) {
    long run = DeviceLayout.of(steps.schedule(), steps.plan()).bytes();
    long constants = new Constants(steps.schedule(), device).bytes();
    if (run + constants > device.totalBytes()) {
      throw new IllegalArgumentException(
          "the program takes %s on %s, which has %s; a kernel can be computed in tiles, see --memory"
              .formatted(size(run + constants), device, size(device.totalBytes())));
    }
  }

  /// Bytes for people, e.g. `3.25 GB`.
  static String size(long bytes) {
    return "%.2f GB".formatted(bytes / 1e9);
  }

  /// What it runs.
  public Schedule schedule() {
    return steps.schedule();
  }

  /// Where its temporary buffers are.
  public MemoryPlan plan() {
    return plan;
  }

  /// Memory on the device that belongs to the program whether it runs or not.
  public long constantBytes() {
    return constants.bytes();
  }

  Steps steps() {
    return steps;
  }

  Device device() {
    return device;
  }

  DeviceLayout layout() {
    return layout;
  }

  Constants constants() {
    return constants;
  }

  Function function(String symbol) {
    return Objects.requireNonNull(functions.get(symbol), "bug: a kernel that was not compiled");
  }

  @Override
  public void close() {
    constants.close();
    module.close();
  }
}
