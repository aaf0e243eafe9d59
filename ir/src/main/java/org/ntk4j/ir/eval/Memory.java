package org.ntk4j.ir.eval;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;

/// Where the tensors of a run live.
interface Memory {
  /// A tensor whose content is undefined.
  Tensor allocate(DType dtype, Shape shape);

  /// Takes back a tensor of this memory that nobody reads any more.
  void release(Tensor tensor);

  /// The memory of a scope.
  static Memory of(TensorScope scope) {
    return new Memory() {
      @Override
      public Tensor allocate(DType dtype, Shape shape) {
        return scope.allocate(dtype, shape);
      }

      @Override
      public void release(Tensor tensor) {
        scope.release(tensor);
      }
    };
  }

  /// Garbage-collected memory, a piece for each tensor.
  static Memory collected() {
    return new Memory() {
      @Override
      public Tensor allocate(DType dtype, Shape shape) {
        return Tensor.zeros(dtype, shape);
      }

      @Override
      public void release(Tensor tensor) {
        // The garbage collector does.
      }
    };
  }

  /// Garbage-collected memory for many small tensors that are cut from pieces of about
  /// `pieceBytes`: an allocation costs nanoseconds, but a piece lives as long as any tensor in it.
  static Memory slabs(long pieceBytes) {
    return new Slabs(Math.max(Slabs.ALIGNMENT, pieceBytes));
  }

  /// Bump allocation with a list of free blocks for each size.
  final class Slabs implements Memory {
    private static final long ALIGNMENT = 64;
    private static final Deque<MemorySegment> NONE = new ArrayDeque<>(0);

    private final long pieceBytes;
    private final Map<Long, Deque<MemorySegment>> free = new HashMap<>();
    private MemorySegment piece = MemorySegment.NULL;
    private long used;

    private Slabs(long pieceBytes) {
      this.pieceBytes = pieceBytes;
    }

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
      long bytes = shape.size() * dtype.sizeBytes();
      Deque<MemorySegment> reusable = free.getOrDefault(bytes, NONE);
      return Tensor.wrap(dtype, shape, reusable.isEmpty() ? cut(bytes) : reusable.pop());
    }

    private MemorySegment cut(long size) {
      long bytes = (Math.max(size, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      if (used + bytes > piece.byteSize()) {
        piece = Arena.ofAuto().allocate(Math.max(bytes, pieceBytes), ALIGNMENT);
        used = 0;
      }
      used += bytes;
      return piece.asSlice(used - bytes, size);
    }

    @Override
    public void release(Tensor tensor) {
      MemorySegment block = tensor.segment();
      free.computeIfAbsent(block.byteSize(), _ -> new ArrayDeque<>()).push(block);
    }
  }
}
