package org.ntk4j.ir.eval;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Rates;

/// A back end: it compiles programs. Found by [ServiceLoader].
///
/// What it computes are the values of [Evaluator], up to rounding, and the same bits whatever the
/// number of threads.
public interface Engine {
  /// The system property with the name of the engine to use.
  String PROPERTY = "org.ntk4j.engine";

  /// The value of [#PROPERTY] for the reference evaluator.
  String INTERPRETER = "interpreter";

  /// Products of `f32` numbers, multiplied and summed in `f32` throughout.
  String FLOAT32 = "float32";

  /// What it is called in [#PROPERTY], e.g. `cpu`.
  String name();

  /// Whether it works on this machine; if not, it has said why in one warning.
  boolean isAvailable();

  /// Whether it is used only when it is asked for by its name.
  default boolean onRequest() {
    return false;
  }

  /// Makes `p` ready to run.
  CompiledFunction compile(Program p);

  /// Bytes in use at the worst moment of running `p`, inputs and outputs included; found without
  /// compiling it.
  long peakBytes(Program p);

  /// Promises that these tensors will not change until what is returned is closed. An engine with
  /// memory of its own copies them there once, when a call is first given them; the copies are in
  /// its [CompiledFunction#peakBytes] as the arguments that they are.
  default Held hold(List<Tensor> tensors) {
    return Held.NOTHING;
  }

  /// Memory in bytes that a run could take now; empty: what this process can get.
  default OptionalLong freeBytes() {
    return OptionalLong.empty();
  }

  /// Bytes of this process's memory that it keeps for the next run, which uses them again.
  default long idleBytes() {
    return 0;
  }

  /// In which arithmetic products of `f32` numbers are computed: `float32`, unless the engine was
  /// asked for another.
  default String productPrecision() {
    return FLOAT32;
  }

  /// What this machine does in a second; measured at the first call on a machine.
  default Rates rates() {
    return Rates.DEFAULT;
  }

  /// The engine that is named by [#PROPERTY]; if none is, the first that is available and need not
  /// be asked for. Empty: the reference evaluator.
  ///
  /// @throws IllegalArgumentException if there is no engine of that name
  /// @throws IllegalStateException if that engine is not available
  static Optional<Engine> find() {
    String wanted = System.getProperty(PROPERTY, "").strip();
    if (wanted.equals(INTERPRETER)) {
      return Optional.empty();
    }
    ServiceLoader<Engine> engines = ServiceLoader.load(Engine.class, Engine.class.getClassLoader());
    if (wanted.isEmpty()) {
      return engines.stream()
          .map(ServiceLoader.Provider::get)
          .filter(e -> !e.onRequest() && e.isAvailable())
          .findFirst();
    }
    Engine named =
        engines.stream()
            .map(ServiceLoader.Provider::get)
            .filter(e -> e.name().equals(wanted))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "-D%s=%s: there is no such engine; expected %s or %s"
                        .formatted(PROPERTY, wanted, INTERPRETER, names(engines))));
    if (!named.isAvailable()) {
      throw new IllegalStateException(
          "-D%s=%s: it cannot run on this machine".formatted(PROPERTY, wanted));
    }
    return Optional.of(named);
  }

  private static String names(ServiceLoader<Engine> engines) {
    return String.join(", ", engines.stream().map(e -> e.get().name()).toList());
  }
}
