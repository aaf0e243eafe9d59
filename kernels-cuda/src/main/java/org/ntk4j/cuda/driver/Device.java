package org.ntk4j.cuda.driver;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.SizeTPointer;
import org.ntk4j.cuda.driver.Detection.Present;

/// A card in use, with the context that a process has on it. May be used by many threads at once.
public final class Device {
  private static final int CLOCK_KILOHERTZ = 13;
  private static final int MEMORY_KILOHERTZ = 36;
  private static final int MEMORY_BITS = 37;
  private static final int SINGLE_TO_DOUBLE = 87;
  private static final int SHARED_BYTES_OPT_IN = 97;

  /// By ordinal; guarded by the class.
  private static final Map<Integer, Device> OPEN = new HashMap<>();

  private final DeviceInfo info;
  private final CUctx_st context;
  private final int number;
  private final DevicePool pool;

  private Device(DeviceInfo info) {
    this.info = info;
    int[] device = new int[1];
    Driver.check(cudart.cuDeviceGet(device, info.ordinal()), "opening " + info.name());
    this.context = new CUctx_st();
    Driver.check(
        cudart.cuDevicePrimaryCtxRetain(context, device[0]), "making a context on " + info.name());
    this.number = device[0];
    this.pool = new DevicePool(this);
  }

  /// The card of this number; always the same object.
  ///
  /// @throws CudaException if there is none, or it cannot be used
  public static synchronized Device open(int ordinal) {
    Present present = Driver.load();
    if (ordinal < 0 || ordinal >= present.devices().size()) {
      throw new CudaException(
          "There is no card cuda:%d; expected cuda:0%s."
              .formatted(
                  ordinal,
                  present.devices().size() == 1
                      ? ""
                      : " to cuda:" + (present.devices().size() - 1)));
    }
    Device known = OPEN.get(ordinal);
    if (known == null) {
      known = new Device(present.devices().get(ordinal));
      OPEN.put(ordinal, known);
    }
    return known;
  }

  public DeviceInfo info() {
    return info;
  }

  public int ordinal() {
    return info.ordinal();
  }

  public String name() {
    return info.name();
  }

  /// The architecture that kernels are compiled for, e.g. `sm_90`.
  public String capability() {
    return info.capability();
  }

  /// Whether its tensor cores know TF32, BF16 and `f64`: those of capability 7.5 do not.
  public boolean hasTensorCores() {
    return info.major() >= 8;
  }

  public int multiprocessors() {
    return info.multiprocessors();
  }

  /// Shared memory that a block can get at most.
  public int sharedBytesMax() {
    return attribute(SHARED_BYTES_OPT_IN);
  }

  /// How often its arithmetic units start, at most.
  public double clockHertz() {
    return 1e3 * attribute(CLOCK_KILOHERTZ);
  }

  /// What its memory could move; two transfers in each cycle of its clock.
  public double memoryBytesPerSecond() {
    return 2e3 * attribute(MEMORY_KILOHERTZ) * attribute(MEMORY_BITS) / Byte.SIZE;
  }

  /// How much faster `f32` is than `f64`.
  public int singleToDouble() {
    return attribute(SINGLE_TO_DOUBLE);
  }

  private int attribute(int attribute) {
    int[] value = new int[1];
    Driver.check(
        cudart.cuDeviceGetAttribute(value, attribute, number),
        "asking " + info.name() + " for what it is");
    return value[0];
  }

  public long totalBytes() {
    return info.totalBytes();
  }

  /// Memory that can be allocated now; what the pool keeps idle is part of it.
  public long freeBytes() {
    enter();
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      Driver.check(cudart.cuMemGetInfo(free, total), "asking for free memory");
      return free.get() + pool.idleBytes();
    }
  }

  /// Its memory.
  public DevicePool pool() {
    return pool;
  }

  /// A new stream, independent of all others.
  public Stream newStream() {
    return Stream.create(this);
  }

  /// A new event.
  public Event newEvent() {
    return Event.create(this);
  }

  /// A new block of memory of the host.
  public PinnedBlock pin(long bytes) {
    return PinnedBlock.allocate(this, bytes);
  }

  /// Waits for everything that was started on it.
  public void synchronize() {
    enter();
    Driver.check(cudart.cuCtxSynchronize(), "waiting for " + info.name());
  }

  /// Makes this thread's calls go to this card.
  public void enter() {
    int result = cudart.cuCtxSetCurrent(context);
    if (result != 0) {
      throw Driver.failure(result, "using " + info.name());
    }
  }

  /// E.g. `cuda:0 (NVIDIA H200)`.
  @Override
  public String toString() {
    return "cuda:%d (%s)".formatted(info.ordinal(), info.name());
  }
}
