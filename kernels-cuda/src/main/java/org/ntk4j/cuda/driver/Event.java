package org.ntk4j.cuda.driver;

import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.global.cudart;

/// A point in what a [Stream] does: others can wait for it, and times between two are measured.
public final class Event implements AutoCloseable {
  private final Device device;
  private final CUevent_st event;

  private Event(Device device, CUevent_st event) {
    this.device = device;
    this.event = event;
  }

  static Event create(Device device) {
    device.enter();
    CUevent_st event = new CUevent_st();
    Driver.check(cudart.cuEventCreate(event, 0), "making an event");
    return new Event(device, event);
  }

  /// Is reached when what was given to the stream before is done.
  public void record(Stream stream) {
    device.enter();
    Driver.check(cudart.cuEventRecord(event, stream.pointer()), "recording an event");
  }

  /// Waits until it is reached.
  public void synchronize() {
    device.enter();
    Driver.check(cudart.cuEventSynchronize(event), "waiting for an event");
  }

  /// The time between two that were reached.
  public double secondsSince(Event earlier) {
    device.enter();
    float[] milliseconds = new float[1];
    Driver.check(cudart.cuEventElapsedTime(milliseconds, earlier.event, event), "measuring a time");
    return 1e-3 * milliseconds[0];
  }

  CUevent_st pointer() {
    return event;
  }

  @Override
  public void close() {
    device.enter();
    Driver.check(cudart.cuEventDestroy(event), "releasing an event");
  }
}
