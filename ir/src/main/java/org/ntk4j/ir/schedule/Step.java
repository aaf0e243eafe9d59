package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Conv;

/// One thing a back end does. Numbers of buffers are those of the schedule.
public sealed interface Step {
  /// Buffers read.
  List<Integer> reads();

  /// Buffers written; also read if their elements are combined.
  List<Integer> writes();

  /// A buffer filled with one value.
  ///
  /// @param bits as in a literal
  record Fill(int buffer, DType dtype, long bits) implements Step {
    @Override
    public List<Integer> reads() {
      return List.of();
    }

    @Override
    public List<Integer> writes() {
      return List.of(buffer);
    }
  }

  /// A loop nest.
  ///
  /// @param buffers for each slot of the nest
  record Loops(LoopNest nest, List<Integer> buffers) implements Step {
    public Loops {
      buffers = List.copyOf(buffers);
    }

    @Override
    public List<Integer> reads() {
      return select(false);
    }

    @Override
    public List<Integer> writes() {
      return select(true);
    }

    private List<Integer> select(boolean written) {
      List<Integer> selected = new ArrayList<>();
      for (int s = 0; s < buffers.size(); s++) {
        if (nest.slots().get(s).written() == written) {
          selected.add(buffers.get(s));
        }
      }
      return selected;
    }
  }

  /// Loop nests that go through the same rows: all nests may do some rows before they do others, or
  /// each nest all rows before the next one starts.
  ///
  /// In a nest, a row is what its first loops count, as many as have `rows` iterations together. Of
  /// a buffer that a nest writes and another one of these reads, a row is one of `rows` equal
  /// parts, and nests write and read only the row that they are in. No two rows write one element.
  ///
  /// @param loops the nests, in order
  /// @param rows how many rows there are
  /// @param local temporary buffers that these nests set and read, and no other step uses: of them,
  ///   only the rows under way have to exist
  record Rows(List<Loops> loops, long rows, List<Integer> local) implements Step {
    public Rows {
      loops = List.copyOf(loops);
      local = List.copyOf(local);
    }

    @Override
    public List<Integer> reads() {
      return loops.stream().flatMap(l -> l.reads().stream()).distinct().toList();
    }

    @Override
    public List<Integer> writes() {
      return loops.stream().flatMap(l -> l.writes().stream()).distinct().toList();
    }

    /// How many of the first loops of `nest`, which is one of these, count rows.
    public int rowLoops(LoopNest nest) {
      long rest = rows;
      int count = 0;
      while (rest > 1) {
        rest /= nest.extents().get(count++);
      }
      return count;
    }

    /// Bytes that several nests use in a row, about: these should stay in a cache.
    public long sharedBytes() {
      Set<Integer> seen = new HashSet<>();
      Map<Integer, Long> shared = new HashMap<>();
      for (Loops l : loops) {
        long iterations = l.nest.iterations() / rows;
        for (int s = 0; s < l.buffers.size(); s++) {
          LoopNest.Slot slot = l.nest.slots().get(s);
          long bytes = Math.min(iterations, slot.elements()) * slot.dtype().sizeBytes();
          if (!seen.add(l.buffers.get(s))) {
            shared.merge(l.buffers.get(s), bytes, Math::max);
          }
        }
      }
      return shared.values().stream().mapToLong(b -> b).sum();
    }
  }

  /// A batch of matrix products.
  ///
  /// @param left buffer of `A`
  /// @param right buffer of `B`; that of `A` if the product is symmetric
  /// @param result buffer of `C`
  record Product(MatrixProduct product, int left, int right, int result) implements Step {
    @Override
    public List<Integer> reads() {
      return List.of(left, right);
    }

    @Override
    public List<Integer> writes() {
      return List.of(result);
    }
  }

  /// A batch of matrix products whose results are not stored: each element goes into an iteration
  /// of a nest. [org.ntk4j.ir.epilogue.Epilogues] makes such steps for a back end that asks for
  /// them.
  ///
  /// @param left buffer of `A`
  /// @param right buffer of `B`; that of `A` if the product is symmetric
  /// @param buffers for each slot of the nest but the first
  record Fused(MatrixProduct product, int left, int right, Epilogue epilogue, List<Integer> buffers)
      implements Step {
    public Fused {
      buffers = List.copyOf(buffers);
    }

    @Override
    public List<Integer> reads() {
      List<Integer> reads = new ArrayList<>(List.of(left, right));
      reads.addAll(select(false));
      return reads;
    }

    @Override
    public List<Integer> writes() {
      return select(true);
    }

    private List<Integer> select(boolean written) {
      return IntStream.range(0, buffers.size())
          .filter(k -> epilogue.nest().slots().get(k + 1).written() == written)
          .mapToObj(buffers::get)
          .toList();
    }
  }

  /// A convolution of values given as views.
  record Convolution(Conv op, View x, View w, View y) implements Step {
    @Override
    public List<Integer> reads() {
      return List.of(x.buffer(), w.buffer());
    }

    @Override
    public List<Integer> writes() {
      return List.of(y.buffer());
    }
  }

  /// A step that reads all of some values, and writes all of others.
  sealed interface OfValues extends Step {
    /// The operands.
    List<Integer> in();

    /// The results.
    List<Integer> out();

    @Override
    default List<Integer> reads() {
      return in();
    }

    @Override
    default List<Integer> writes() {
      return out();
    }
  }

  /// A primitive that is a step of its own: by a library of the back end, if it has one for it,
  /// else by the reference evaluator.
  ///
  /// @param operands avals of the operands, in `in`
  /// @param results avals of the results, in `out`
  record Evaluate(
      Primitive op, List<Integer> in, List<Integer> out, List<Aval> operands, List<Aval> results)
      implements OfValues {
    public Evaluate {
      in = List.copyOf(in);
      out = List.copyOf(out);
      operands = List.copyOf(operands);
      results = List.copyOf(results);
    }
  }

  /// `(carry, y_t) = body(consts, carry, x_t)`, as [org.ntk4j.ir.op.Scan]; in and out as there.
  record Scan(
      Schedule body,
      int consts,
      int carries,
      long length,
      boolean reverse,
      List<Integer> in,
      List<Integer> out)
      implements OfValues {
    public Scan {
      in = List.copyOf(in);
      out = List.copyOf(out);
    }
  }

  /// Repeats `body` on the carry while `condition` holds, as [org.ntk4j.ir.op.While].
  record While(Schedule condition, Schedule body, List<Integer> in, List<Integer> out)
      implements OfValues {
    public While {
      in = List.copyOf(in);
      out = List.copyOf(out);
    }
  }

  /// One of `branches`, as [org.ntk4j.ir.op.Cond]; `in` starts with the index.
  record Branch(List<Schedule> branches, List<Integer> in, List<Integer> out) implements OfValues {
    public Branch {
      branches = List.copyOf(branches);
      in = List.copyOf(in);
      out = List.copyOf(out);
    }
  }
}
