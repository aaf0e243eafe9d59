package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
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
  private final StepPlans plans;
  private final Steps steps;
  private final Device device;
  private final MemoryPlan plan;
  private final DeviceLayout layout;
  private final Constants constants;

  /// Numbers of the inputs that some step reads.
  private final BitSet reads = new BitSet();

  private final List<CubinModule> modules = new ArrayList<>();
  private final Map<String, Function> functions = new HashMap<>();

  private Code(StepPlans plans, Device device) {
    this.plans = plans;
    this.device = device;
    this.plan = plans.plan();
    this.layout = DeviceLayout.of(plans.schedule(), plan);
    this.constants = new Constants(plans.schedule(), device);
    checkFits();
    this.steps = Steps.of(plans);
    Transfers transfers = new Transfers(plans.schedule());
    for (int s = 0; s < plans.schedule().steps().size(); s++) {
      transfers.before(s).forEach(reads::set);
    }
  }

  /// Compiles `schedule` for `device`.
  ///
  /// @throws IllegalArgumentException if the device has less memory than the program takes
  public static Code compile(
      Schedule schedule, Policy policy, StepLibraries libraries, Device device) {
    Code code = new Code(StepPlans.of(schedule, policy, libraries), device);
    try {
      code.load();
      code.constants.upload();
      return code;
    } catch (RuntimeException | Error e) {
      code.close();
      throw e;
    }
  }

  private void load() {
    List<Steps.Unit> units = steps.units(Runtime.getRuntime().availableProcessors());
    CubinCompiler compiler = CubinCompiler.here();
    List<byte[]> cubins =
        units.parallelStream()
            .map(unit -> compiler.compile(unit.source(), device.capability()))
            .toList();
    for (int u = 0; u < cubins.size(); u++) {
      CubinModule module = CubinModule.load(device, cubins.get(u));
      modules.add(module);
      units.get(u).symbols().forEach(name -> functions.put(name, module.function(name)));
    }
  }

  private void checkFits() {
    long bytes = layout.bytes() + constants.bytes();
    if (bytes > device.totalBytes()) {
      throw new IllegalArgumentException(
          "the program takes %s on %s, which has %s; in tiles (--memory) a kernel takes less"
              .formatted(size(bytes), device, size(device.totalBytes())));
    }
  }

  /// Bytes for people, e.g. `3.25 GB`.
  static String size(long bytes) {
    return "%.2f GB".formatted(bytes / 1e9);
  }

  /// What it runs.
  public Schedule schedule() {
    return plans.schedule();
  }

  /// Where its temporary buffers are.
  public MemoryPlan plan() {
    return plan;
  }

  /// Memory on the device that belongs to the program whether it runs or not.
  public long constantBytes() {
    return constants.bytes();
  }

  StepPlans plans() {
    return plans;
  }

  Steps steps() {
    return steps;
  }

  Device device() {
    return device;
  }

  /// Whether a step reads input `i`.
  boolean reads(int i) {
    return reads.get(i);
  }

  /// Where everything is in one block.
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
    modules.forEach(CubinModule::close);
  }
}
