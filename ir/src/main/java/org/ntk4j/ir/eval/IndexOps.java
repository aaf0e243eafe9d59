package org.ntk4j.ir.eval;

import java.lang.foreign.MemorySegment;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.ScatterAdd;

/// Reading and adding at computed positions.
///
/// The table is `[batch, before, size, after]`, the ids `[batch, ids]`, the rows `[batch, before,
/// ids, after]`.
final class IndexOps {
  private final Tensor ids;
  private final long batches;
  private final long before;
  private final long size;
  private final long after;
  private final long idCount;

  private IndexOps(Shape table, Tensor ids, int axis, int batch) {
    this.ids = ids;
    this.batches = table.subShape(0, batch).size();
    this.before = table.subShape(batch, axis).size();
    this.size = table.dim(axis);
    this.after = table.subShape(axis + 1, table.rank()).size();
    this.idCount = ids.shape().subShape(batch, ids.rank()).size();
  }

  /// What to do with row `row` of the ids' side and row `entry` of the table; `entry` is −1 where
  /// the id is out of range.
  private interface Visitor {
    void visit(long row, long entry);
  }

  private void forEach(Visitor v) {
    for (long b = 0; b < batches; b++) {
      for (long p = 0; p < before; p++) {
        long bp = b * before + p;
        for (long i = 0; i < idCount; i++) {
          long id = ids.getLong(b * idCount + i);
          v.visit(bp * idCount + i, id < 0 || id >= size ? -1 : bp * size + id);
        }
      }
    }
  }

  static void gather(Gather op, Tensor x, Tensor ids, Tensor y) {
    IndexOps index = new IndexOps(x.shape(), ids, op.axis(), op.batch());
    long bytes = index.after * x.dtype().sizeBytes();
    MemorySegment from = x.segment();
    MemorySegment to = y.segment();
    index.forEach((row, entry) -> {
      if (entry < 0) {
        to.asSlice(row * bytes, bytes).fill((byte) 0);
      } else {
        MemorySegment.copy(from, entry * bytes, to, row * bytes, bytes);
      }
    });
  }

  static void scatterAdd(ScatterAdd op, Tensor ids, Tensor u, Tensor y) {
    IndexOps index = new IndexOps(y.shape(), ids, op.axis(), op.batch());
    Blocks.fill(y, 0);
    int length = Blocks.length(index.after);
    if (y.dtype().isFloating()) {
      index.addDoubles(u, y, new double[length], new double[length]);
    } else {
      index.addLongs(u, y, new long[length], new long[length]);
    }
  }

  private void addDoubles(Tensor u, Tensor y, double[] sum, double[] block) {
    forEach((row, entry) -> {
      for (long j = 0; entry >= 0 && j < after; j += Blocks.SIZE) {
        int n = Blocks.length(after - j);
        Blocks.load(u, row * after + j, block, n);
        Blocks.load(y, entry * after + j, sum, n);
        Arithmetic.ADD.apply(sum, block, sum, n);
        Blocks.store(sum, y, entry * after + j, n);
      }
    });
  }

  private void addLongs(Tensor u, Tensor y, long[] sum, long[] block) {
    forEach((row, entry) -> {
      for (long j = 0; entry >= 0 && j < after; j += Blocks.SIZE) {
        int n = Blocks.length(after - j);
        Blocks.load(u, row * after + j, block, n);
        Blocks.load(y, entry * after + j, sum, n);
        Arithmetic.ADD_INTEGERS.apply(sum, block, sum, n);
        Blocks.store(sum, y, entry * after + j, n);
      }
    });
  }
}
