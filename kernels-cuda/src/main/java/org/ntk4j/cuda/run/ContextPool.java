package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.ir.eval.Held;

/// The contexts of all programs of a device, and the tensors that are held for their calls.
///
/// A context that is idle is kept for the next call of its program. When the device has no memory
/// for another one, copies of held tensors that no context reads are given up, then contexts are
/// closed, the one that was not used for longest first. A call for which there is no memory even
/// then waits for others to return.
public final class ContextPool {
  private static final Map<Integer, ContextPool> POOLS = new ConcurrentHashMap<>();

  private final Device device;

  /// The one that was used last is the last. Guarded by this object, as what follows.
  private final List<Context> idle = new ArrayList<>();

  private final List<HeldTensors> held = new ArrayList<>();
  private int running;

  private ContextPool(Device device) {
    this.device = device;
  }

  /// That of `device`.
  public static ContextPool of(Device device) {
    return POOLS.computeIfAbsent(device.ordinal(), _ -> new ContextPool(device));
  }

  /// Has these tensors copied once, when a call first reads them, until what is returned is closed.
  public Held hold(List<Tensor> tensors) {
    HeldTensors added = new HeldTensors(tensors);
    synchronized (this) {
      held.add(added);
    }
    return () -> letGo(added);
  }

  private synchronized void letGo(HeldTensors tensors) {
    if (held.remove(tensors)) {
      close(idle.stream().filter(c -> c.residence().held().contains(tensors)).toList());
      forgetUnused(tensors);
    }
  }

  /// A context for a call of `code`, to be given back.
  ///
  /// @throws CudaException if the device has no memory for it even when no other call is under way
  public synchronized Context take(Code code, List<Tensor> arguments) {
    Optional<Context> found = find(code, arguments);
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
      found = find(code, arguments);
    }
    running++;
    return found.get();
  }

  /// An idle context of `code`, else a new one; empty if there is no memory left.
  private Optional<Context> find(Code code, List<Tensor> arguments) {
    Residence residence = Residence.of(code, arguments, held);
    Optional<Context> known = idle.stream().filter(c -> c.suits(code, residence)).findFirst();
    if (known.isPresent()) {
      idle.remove(known.get());
      return known;
    }
    Optional<Context> found = open(code, residence);
    if (found.isEmpty() && running == 0 && !residence.held().isEmpty()) {
      // In one block it may fit, or with those tensors only that this call is given.
      residence.held().forEach(this::giveUp);
      return find(code, arguments);
    }
    return found;
  }

  private void giveUp(HeldTensors tensors) {
    held.remove(tensors);
    forgetUnused(tensors);
  }

  private Optional<Context> open(Code code, Residence residence) {
    Optional<Context> opened = tryOpen(code, residence);
    while (opened.isEmpty() && makeRoom(residence)) {
      opened = tryOpen(code, residence);
    }
    return opened;
  }

  private Optional<Context> tryOpen(Code code, Residence residence) {
    if (!residence.held().stream().allMatch(tensors -> tensors.place(device))) {
      return Optional.empty();
    }
    Optional<Context> opened = Context.open(code, residence);
    opened.ifPresent(_ -> residence.held().forEach(HeldTensors::use));
    return opened;
  }

  /// Gives up something that is idle; false if there is nothing.
  ///
  /// @param needed what has to stay
  private boolean makeRoom(Residence needed) {
    Optional<HeldTensors> unused =
        held.stream()
            .filter(t -> t.copy().isPresent() && t.users() == 0 && !needed.held().contains(t))
            .findFirst();
    if (unused.isPresent()) {
      unused.get().forget();
      return true;
    }
    if (idle.isEmpty()) {
      return false;
    }
    close(idle.subList(0, 1));
    return true;
  }

  /// Closes contexts, idle or not.
  private void close(List<Context> contexts) {
    List<Context> closed = List.copyOf(contexts);
    idle.removeAll(closed);
    try {
      closed.forEach(Context::close);
    } finally {
      for (Context context : closed) {
        context.residence().held().forEach(HeldTensors::leave);
        context.residence().held().forEach(this::forgetUnused);
      }
      notifyAll();
    }
  }

  /// The copy of what nobody holds any more goes with its last reader.
  private void forgetUnused(HeldTensors tensors) {
    if (!held.contains(tensors) && tensors.users() == 0) {
      tensors.forget();
      notifyAll();
    }
  }

  /// Gives a context back after a call that returned.
  public synchronized void give(Context context) {
    running--;
    if (held.containsAll(context.residence().held())) {
      idle.add(context);
      notifyAll();
    } else {
      close(List.of(context));
    }
  }

  /// Closes a context after a call that failed.
  public synchronized void discard(Context context) {
    running--;
    close(List.of(context));
  }

  /// Closes the idle contexts of `code`.
  public synchronized void release(Code code) {
    close(idle.stream().filter(c -> c.code() == code).toList());
  }

  /// Memory of the device that a call could have: what is free, and what is kept for calls that are
  /// not under way.
  public synchronized long freeBytes() {
    return device.freeBytes()
        + idle.stream().mapToLong(Context::bytes).sum()
        + held.stream()
            .filter(this::isIdle)
            .flatMap(tensors -> tensors.copy().stream())
            .mapToLong(DeviceCopy::bytes)
            .sum();
  }

  /// Whether no call under way reads its copy.
  private boolean isIdle(HeldTensors tensors) {
    long readers = idle.stream().filter(c -> c.residence().held().contains(tensors)).count();
    return tensors.users() == readers;
  }
}
