package org.ntk4j.cuda;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.driver.CubinCompiler;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Detection;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.run.Code;
import org.ntk4j.cuda.run.ContextPool;
import org.ntk4j.cuda.run.Policy;
import org.ntk4j.cuda.run.StepLibraries;
import org.ntk4j.cuda.run.StepPlans;
import org.ntk4j.cuda.text.Arithmetic;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.epilogue.Epilogues;
import org.ntk4j.ir.eval.Held;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// Compiles programs for a graphics card.
public final class CudaCompiler {
  /// The system property with the name of a [Precision]; `float32` if it is not set.
  public static final String PRECISION = "org.ntk4j.precision";

  /// The system property that says `false` where results need not have the same bits in every run.
  public static final String DETERMINISTIC = "org.ntk4j.cuda.deterministic";

  /// The system property that says `false` where kernels have to do what libraries could.
  public static final String LIBRARIES = "org.ntk4j.cuda.libraries";

  private static final System.Logger LOG = System.getLogger(CudaCompiler.class.getName());

  private final Device device;
  private final Policy policy;
  private final StepLibraries libraries;

  private CudaCompiler(Device device, Policy policy, StepLibraries libraries) {
    this.device = device;
    this.policy = policy;
    this.libraries = libraries;
  }

  /// The compiler for the card, and with the precision, that the properties ask for; empty, after
  /// one warning, if this machine has no card, or no compiler for it.
  ///
  /// @throws IllegalArgumentException if a property is not what it may be
  public static Optional<CudaCompiler> find() {
    Precision precision =
        Precision.of(System.getProperty(PRECISION, Precision.FLOAT32.toString()).strip());
    int ordinal = ordinal();
    return switch (Detection.here()) {
      case Detection.Absent(String reason) -> {
        LOG.log(System.Logger.Level.WARNING, "CUDA cannot be used: {0}", reason);
        yield Optional.empty();
      }
      case Detection.Present(var devices, _) -> {
        if (ordinal >= devices.size()) {
          throw new IllegalArgumentException(
              "-D%s=%d: there is no such card; expected a number below %d"
                  .formatted(CudaDevices.PROPERTY, ordinal, devices.size()));
        }
        yield open(ordinal, precision);
      }
    };
  }

  private static Optional<CudaCompiler> open(int ordinal, Precision precision) {
    try {
      Device device = Device.open(ordinal);
      CubinCompiler.here().checkKnown(device.capability());
      boolean deterministic = !System.getProperty(DETERMINISTIC, "").strip().equals("false");
      Arithmetic arithmetic = new Arithmetic(precision, device.hasTensorCores());
      boolean alone = System.getProperty(LIBRARIES, "").strip().equals("false");
      StepLibraries libraries = alone ? StepLibraries.NONE : StepLibraries.of(device);
      return Optional.of(
          new CudaCompiler(device, new Policy(arithmetic, deterministic), libraries));
    } catch (CudaException e) {
      LOG.log(System.Logger.Level.WARNING, "CUDA cannot be used: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  private static int ordinal() {
    String text = System.getProperty(CudaDevices.PROPERTY, "0").strip();
    if (!text.matches("\\d{1,4}")) {
      throw new IllegalArgumentException(
          "-D%s=%s: expected the number of a card, from 0 on"
              .formatted(CudaDevices.PROPERTY, text));
    }
    return Integer.parseInt(text);
  }

  /// This compiler for products and convolutions in this precision.
  public CudaCompiler withPrecision(Precision precision) {
    Arithmetic arithmetic = new Arithmetic(precision, policy.arithmetic().tensorCores());
    return new CudaCompiler(device, new Policy(arithmetic, policy.deterministic()), libraries);
  }

  /// This compiler, saying whether results have the same bits in every run.
  public CudaCompiler withDeterministic(boolean deterministic) {
    return new CudaCompiler(device, new Policy(policy.arithmetic(), deterministic), libraries);
  }

  /// This compiler without libraries: its kernels do everything.
  public CudaCompiler withoutLibraries() {
    return new CudaCompiler(device, policy, StepLibraries.NONE);
  }

  /// In which arithmetic `f32` products are computed.
  public Precision precision() {
    return policy.precision();
  }

  /// Compiles `p`.
  ///
  /// @throws IllegalArgumentException if the card has less memory than `p` takes, or if the
  ///   precision is [Precision#FLOAT64] and `p` computes in `f32`
  public CudaProgram compile(Program p) {
    return compile(Lowering.lower(p), p.inputAvals(), p.outputAvals());
  }

  /// Compiles a schedule.
  ///
  /// @param inputs avals of its inputs
  /// @param outputs avals of its outputs
  /// @throws IllegalArgumentException as [#compile(Program)]
  public CudaProgram compile(Schedule schedule, List<Aval> inputs, List<Aval> outputs) {
    checkPrecision(schedule);
    return new CudaProgram(
        inputs, outputs, Code.compile(fused(schedule), policy, libraries, device), device);
  }

  /// Bytes in use during a run of `p`, known without compiling it; see [CudaProgram#peakBytes].
  public long peakBytes(Program p) {
    Schedule schedule = fused(Lowering.lower(p));
    return StepPlans.of(schedule, policy, libraries).plan().totalBytes(schedule);
  }

  /// Has these tensors copied to the card once, and not at each call; see [Held].
  public Held hold(List<Tensor> tensors) {
    return ContextPool.of(device).hold(tensors);
  }

  /// Memory of the card that a run could have now.
  public long freeBytes() {
    return ContextPool.of(device).freeBytes();
  }

  /// What kernels multiply goes on where it is computed.
  private Schedule fused(Schedule schedule) {
    return Epilogues.of(schedule, p -> !libraries.does(p, policy.precision()));
  }

  /// Refuses `f32` arithmetic where nothing but `f64` is wanted.
  private void checkPrecision(Schedule schedule) {
    if (policy.precision() == Precision.FLOAT64 && computesInSingle(schedule)) {
      throw new IllegalArgumentException(
          "the precision is float64, but the program computes in f32; convert the network and"
              + " its inputs to f64 (of the tool: --dtype f64), or ask for float32");
    }
  }

  /// Whether a step, or one inside it, writes `f32`.
  private static boolean computesInSingle(Schedule schedule) {
    for (Step step : schedule.steps()) {
      for (int b : step.writes()) {
        if (schedule.buffers().get(b).dtype() == DType.F32) {
          return true;
        }
      }
      if (StepPlans.inner(step).stream().anyMatch(CudaCompiler::computesInSingle)) {
        return true;
      }
    }
    return false;
  }

  /// What the card does in a second, derived from its number of multiprocessors, its clock and its
  /// memory's, not measured.
  ///
  /// It is assumed that generated products reach 60 % of what the arithmetic units could do, and
  /// loops 75 % of what the memory could. A step takes what a kernel in a graph takes to start.
  public Rates rates() {
    return new CardRates(device, policy.arithmetic()).rates();
  }
}
