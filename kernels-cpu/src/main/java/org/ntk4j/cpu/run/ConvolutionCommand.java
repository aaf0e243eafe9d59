package org.ntk4j.cpu.run;

import org.ntk4j.cpu.library.PreparedConv;
import org.ntk4j.ir.schedule.ConvForm;

/// A convolution, or an adjoint of one, by a library.
final class ConvolutionCommand implements Command {
  private final PreparedConv prepared;
  private final int step;
  private final int x;
  private final int w;
  private final int y;
  private final long xOffset;
  private final long wOffset;
  private final long yOffset;

  ConvolutionCommand(PreparedConv prepared, ConvForm form, int step) {
    int bytes = form.problem().dtype().sizeBytes();
    this.prepared = prepared;
    this.step = step;
    this.x = form.x().buffer();
    this.w = form.w().buffer();
    this.y = form.y().buffer();
    this.xOffset = form.x().offset() * bytes;
    this.wOffset = form.w().offset() * bytes;
    this.yOffset = form.y().offset() * bytes;
  }

  @Override
  public void run(Frame frame) {
    prepared.run(
        frame.context().workers(),
        frame.address(x) + xOffset,
        frame.address(w) + wOffset,
        frame.address(y) + yOffset,
        frame.block(step));
  }
}
