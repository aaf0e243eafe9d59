package org.ntk4j.cpu.run;

import org.ntk4j.cpu.jit.Kernel;
import org.ntk4j.cpu.loop.LoopCode;

/// A compiled loop nest.
final class LoopsCommand implements Command {
  /// An iteration takes about this long at the least.
  private static final double NANOS_PER_ITERATION = 0.25;

  /// More pieces than this even out nothing more.
  private static final long CALLS_MAX = 256;

  private final Kernel kernel;
  private final int firstArgument;
  private final long pieces;
  private final double nanos;
  private final int calls;

  /// @param firstArgument where its array of arguments starts
  LoopsCommand(Kernel kernel, LoopCode code, int firstArgument) {
    this.kernel = kernel;
    this.firstArgument = firstArgument;
    this.pieces = code.pieces();
    this.nanos = nanos(code);
    this.calls = code.parallel() ? (int) Math.min(pieces, CALLS_MAX) : 1;
  }

  /// About how long one thread takes for it, at the least.
  static double nanos(LoopCode code) {
    return code.iterations() * NANOS_PER_ITERATION;
  }

  @Override
  public void run(Frame frame) {
    long arguments = frame.arguments(firstArgument);
    if (calls == 1) {
      kernel.call(arguments, 0, pieces);
    } else {
      frame
          .context()
          .workers()
          .run(calls, nanos, call -> kernel.call(arguments, cut(call), cut(call + 1)));
    }
  }

  private long cut(int call) {
    return pieces / calls * call + Math.min(call, pieces % calls);
  }
}
