package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Device;

/// The contexts of all programs of a device.
///
/// One that is idle is kept for the next call of its program, and closed, the one that was not used
/// for longest first, when the device has no memory for another. A call for which there is none
/// even then waits for others to return.
public final class ContextPool {
  private static final Map<Integer, ContextPool> POOLS = new ConcurrentHashMap<>();

  private final Device device;

  /// The one that was used last is the last. Guarded by this object, as what follows.
  private final List<Context> idle = new ArrayList<>();

  private int running;

  private ContextPool(Device device) {
    this.device = device;
  }

  /// That of `device`.
  public static ContextPool of(Device device) {
    return POOLS.computeIfAbsent(device.ordinal(), _ -> new ContextPool(device));
  }

  /// A context for a call of `code`, to be given back.
  ///
  /// @throws CudaException if the device has no memory for it even when no other call is under way
  public synchronized Context take(Code code) {
    Optional<Context> found = find(code);
    while (found.isEmpty()) {
      if (running == 0) {
        throw new CudaException(
            "a run of the program takes %s of memory on %s, of which %s is free"
                .formatted(
                    Code.size(code.layout().bytes()), device, Code.size(device.freeBytes())));
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for memory of " + device, e);
      }
      found = find(code);
    }
    running++;
    return found.get();
  }

  /// An idle context of `code`, else a new one; empty if there is no memory left.
  private Optional<Context> find(Code code) {
    Optional<Context> known = idle.stream().filter(c -> c.code() == code).findFirst();
    known.ifPresent(idle::remove);
    Optional<Context> found = known.or(() -> Context.open(code));
    while (found.isEmpty() && !idle.isEmpty()) {
      idle.removeFirst().close();
      found = Context.open(code);
    }
    return found;
  }

  /// Gives a context back after a call that returned.
  public synchronized void give(Context context) {
    running--;
    idle.add(context);
    notifyAll();
  }

  /// Closes a context after a call that failed.
  public synchronized void discard(Context context) {
    running--;
    try {
      context.close();
    } finally {
      notifyAll();
    }
  }

  /// Closes the idle contexts of `code`.
  public synchronized void release(Code code) {
    List<Context> closed = idle.stream().filter(c -> c.code() == code).toList();
    idle.removeAll(closed);
    closed.forEach(Context::close);
    notifyAll();
  }

  /// Memory of the device that a call could have: what is free, and what idle contexts hold.
  public synchronized long freeBytes() {
    return device.freeBytes() + idle.stream().mapToLong(Context::bytes).sum();
  }
}
