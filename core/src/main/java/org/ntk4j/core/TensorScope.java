package org.ntk4j.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The one owner of a computation's tensors: closing it releases all of them.
///
/// Memory given back by [#release] before that is kept and handed out again. Blocks come in size
/// classes (four to each power of two), and a request takes the smallest free block that is not
/// more than twice as large. A tensor of a closed scope, or a released one, refuses every use with
/// an `IllegalStateException`; so do its views. Methods may be called from any thread.
public final class TensorScope implements AutoCloseable {

  private static final long ALIGNMENT = 64;

  private final Optional<TensorScope> parent;
  private final Arena arena = Arena.ofShared();
  private final Set<Block> live = Collections.newSetFromMap(new IdentityHashMap<>());
  private final TreeMap<Long, Deque<MemorySegment>> free = new TreeMap<>();
  private boolean open = true;
  private long liveBytes;
  private long peakBytes;
  private long reservedBytes;

  private TensorScope(Optional<TensorScope> parent) {
    this.parent = parent;
  }

  /// A new scope without tensors.
  public static TensorScope open() {
    return new TensorScope(Optional.empty());
  }

  /// A new scope without tensors for a part of the work of `parent`, in whose [#liveBytes],
  /// [#peakBytes] and [#reservedBytes] its own count too. It is closed on its own.
  public static TensorScope openWithin(TensorScope parent) {
    return new TensorScope(Optional.of(parent));
  }

  /// A tensor of this scope whose content is undefined.
  ///
  /// @throws IllegalStateException if the scope is closed
  public synchronized Tensor allocate(DType dtype, Shape shape) {
    checkOpen();
    long bytes = Tensor.byteSize(dtype, shape);
    Block block = new Block(take(bytes, dtype, shape), roundUp(bytes, ALIGNMENT));
    live.add(block);
    charge(block.chargedBytes(), 0);
    return new Tensor(dtype, shape, block.bytes().asSlice(0, bytes), block);
  }

  /// A tensor of this scope that is 0 (`false`) everywhere.
  public Tensor zeros(DType dtype, Shape shape) {
    Tensor tensor = allocate(dtype, shape);
    tensor.segment().fill((byte) 0);
    return tensor;
  }

  /// A tensor of this scope with the dtype, shape and content of `source`.
  public Tensor copy(Tensor source) {
    MemorySegment from = source.segment();
    Tensor tensor = allocate(source.dtype(), source.shape());
    tensor.segment().copyFrom(from);
    return tensor;
  }

  /// Gives the memory of `tensor` back to this scope; the tensor and all its views end here.
  ///
  /// @throws IllegalStateException if it is not a tensor of this scope, or was released before
  public synchronized void release(Tensor tensor) {
    checkOpen();
    Block block = tensor.block();
    if (!live.remove(block)) {
      throw new IllegalStateException(
          tensor
              + " cannot be released: "
              + (block.isReleased() ? "it was released before" : "it belongs to another owner"));
    }
    block.markReleased();
    charge(-block.chargedBytes(), 0);
    free.computeIfAbsent(block.bytes().byteSize(), _ -> new ArrayDeque<>()).push(block.bytes());
  }

  /// Counts `bytes` of memory that something else holds for the work of this scope as in use and
  /// reserved; the negative number counts them out again.
  ///
  /// @throws IllegalStateException if the scope is closed
  public synchronized void count(long bytes) {
    checkOpen();
    charge(bytes, bytes);
  }

  /// Whether [#close] has not been called.
  public synchronized boolean isOpen() {
    return open;
  }

  /// Bytes of the tensors that are in use, each rounded up to a multiple of 64, and what is counted
  /// beside them.
  public synchronized long liveBytes() {
    return liveBytes;
  }

  /// The largest value that [#liveBytes] ever had.
  public synchronized long peakBytes() {
    return peakBytes;
  }

  /// Bytes held from the operating system: those in use, those free for reuse, and the rounding up
  /// to size classes.
  public synchronized long reservedBytes() {
    return reservedBytes;
  }

  /// Bytes of released tensors of this scope, kept for those to come.
  public synchronized long idleBytes() {
    return free.entrySet().stream().mapToLong(e -> e.getKey() * e.getValue().size()).sum();
  }

  /// Releases all tensors of this scope. Closing twice does nothing.
  @Override
  public synchronized void close() {
    if (!open) {
      return;
    }
    arena.close();
    open = false;
    live.forEach(Block::markReleased);
    live.clear();
    free.clear();
    charge(-liveBytes, -reservedBytes);
  }

  private synchronized void charge(long used, long reserved) {
    liveBytes += used;
    reservedBytes += reserved;
    peakBytes = Math.max(peakBytes, liveBytes);
    parent.ifPresent(p -> p.charge(used, reserved));
  }

  private MemorySegment take(long bytes, DType dtype, Shape shape) {
    long wanted = sizeClass(bytes);
    Map.Entry<Long, Deque<MemorySegment>> fit = free.ceilingEntry(wanted);
    if (fit != null && fit.getKey() / 2 <= wanted) {
      MemorySegment reused = fit.getValue().pop();
      if (fit.getValue().isEmpty()) {
        free.remove(fit.getKey());
      }
      return reused;
    }
    MemorySegment fresh = Tensor.allocate(arena, wanted, dtype, shape);
    charge(0, wanted);
    return fresh;
  }

  /// `bytes` rounded up to a multiple of an eighth to a quarter of itself and of 64.
  private static long sizeClass(long bytes) {
    long atLeast = Math.max(bytes, ALIGNMENT);
    return roundUp(atLeast, Math.max(ALIGNMENT, Long.highestOneBit(atLeast) / 4));
  }

  private static long roundUp(long bytes, long multiple) {
    return Math.addExact(bytes, multiple - 1) / multiple * multiple;
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException("this tensor scope was closed; open a new one");
    }
  }
}
