package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.tests.cpu.Compiled;

/// What programs compiled for a card must give: on a real one with `-Dorg.ntk4j.tests.card=true`,
/// else on the stand-in.
final class OnCard {
  private static final boolean REAL = Boolean.getBoolean("org.ntk4j.tests.card");

  private OnCard() {}

  /// The compiler; the test is skipped where there is neither card nor stand-in. On the stand-in no
  /// memory is kept from programs before, so that a program's is NaN until it has written to it.
  static CudaCompiler compiler() {
    if (!REAL) {
      StandIn.require();
      Device.open(0).pool().trim();
    }
    return CudaCompiler.find().orElseThrow(() -> new AssertionError("there is no card here"));
  }

  /// Asserts that `p` gives the evaluator's values, and the same bits when it runs again: the
  /// second run captures graphs and the third one replays them; on the stand-in threads, blocks and
  /// streams take turns in another order each time.
  static void assertEqualsEvaluator(Program p, List<Tensor> arguments) {
    List<Tensor> expected = Evaluator.run(p, arguments);
    try (CudaProgram compiled = compiler().compile(p)) {
      assertEquals(compiled.peakBytes(), compiler().peakBytes(p), "bytes known before");
      List<Tensor> actual = compiled.run(arguments);
      Compiled.assertClose(p, expected, actual);
      for (int order = 1; order <= 2; order++) {
        order(order);
        Compiled.assertSame(actual, compiled.run(arguments));
      }
    } finally {
      order(0);
    }
  }

  /// Whether tests run on a card, and not on the stand-in.
  static boolean isReal() {
    return REAL;
  }

  /// Begins a test of single kernels: the stand-in forgets what went wrong before, looks for races,
  /// and uses this order.
  static void start(long order) {
    if (!REAL) {
      StandIn.require().reset();
    }
    races(true);
    order(order);
  }

  /// Whether the stand-in looks for races.
  static void races(boolean wanted) {
    if (!REAL) {
      StandIn.require().set(StandIn.Setting.RACES, wanted ? 1 : 0);
    }
  }

  /// Lets kernels on the stand-in touch only these bytes of their allocation.
  static void limit(long address, long bytes) {
    if (!REAL) {
      StandIn.require().limit(address, bytes);
    }
  }

  /// Lets kernels on the stand-in touch all of the allocation again.
  static void unlimit(long address) {
    if (!REAL) {
      StandIn.require().unlimit(address);
    }
  }

  /// The order in which the stand-in runs threads, blocks and streams; see [StandIn.Setting#ORDER].
  static void order(long order) {
    if (!REAL) {
      StandIn.require().set(StandIn.Setting.ORDER, order);
    }
  }

  /// Asserts that programs that were closed have left nothing on the card.
  static void assertNothingLeft() {
    Device device = Device.open(0);
    device.pool().trim();
    assertEquals(0, device.pool().usedBytes());
    if (REAL) {
      return;
    }
    for (StandIn.Count what :
        List.of(
            StandIn.Count.ALLOCATIONS,
            StandIn.Count.PINNED_BLOCKS,
            StandIn.Count.STREAMS,
            StandIn.Count.EVENTS,
            StandIn.Count.MODULES,
            StandIn.Count.GRAPHS)) {
      assertEquals(0, StandIn.require().count(what), what::toString);
    }
  }
}
