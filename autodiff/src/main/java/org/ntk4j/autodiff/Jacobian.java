package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Transpose;

/// A linear map applied to all the unit vectors of its domain at once.
final class Jacobian {
  private Jacobian() {}

  /// `x.. → J[i.., j..]`, for each floating-point output (index `i`) and each active input (index
  /// `j`).
  ///
  /// @param map `(residuals.., seed..) → moved..`; forward from tangents of the inputs, else from
  ///   cotangents of the outputs
  static Program of(Program p, Linearized l, Program map, boolean forward) {
    Builder b = new Builder();
    List<Var> x = Lists.fresh(l.primal().inputs());
    List<Atom> residuals = Lists.from(b.inline(l.primal(), x), p.outputs().size());
    List<Var> seeds = Lists.from(map.inputs(), l.residuals());
    long size = seeds.stream().mapToLong(v -> v.aval().size()).sum();
    List<Atom> in = new ArrayList<>(residuals);
    long offset = 0;
    for (Var seed : seeds) {
      in.add(unitVectors(b, seed, size, offset));
      offset += seed.aval().size();
    }
    List<Boolean> batched = new ArrayList<>(Collections.nCopies(residuals.size(), false));
    batched.addAll(Collections.nCopies(seeds.size(), true));
    List<Atom> moved = b.inline(Batch.all(map, size, batched), in);
    List<List<Atom>> blocks = new ArrayList<>();
    for (int i = 0; i < moved.size(); i++) {
      List<Atom> row = new ArrayList<>();
      long from = 0;
      for (Var seed : seeds) {
        row.add(block(b, moved.get(i), from, seed.aval().shape(), forward));
        from += seed.aval().size();
      }
      blocks.add(row);
    }
    List<Atom> inOrder = forward ? concat(blocks) : concat(transposed(blocks, seeds.size()));
    return Live.program(x, b.equations(), inOrder);
  }

  /// The unit vectors `[size, ..]` of a space of `size` dimensions, of which `seed` has those from
  /// `offset` on.
  private static Atom unitVectors(Builder b, Var seed, long size, long offset) {
    long n = seed.aval().size();
    Shape table = Shape.of(size, n);
    Atom row = b.emit(new Iota(table, 0, DType.I64));
    Atom column = b.emit(new Iota(table, 1, DType.I64));
    Atom shifted = b.add(column, Atom.Literal.of(offset, column.aval()));
    Atom unit =
        b.emit(new Cast(seed.aval().dtype()), b.emit(new Compare(Comparison.EQ), row, shifted));
    return b.emit(new Reshape(seed.aval().shape().insert(0, size)), unit);
  }

  /// The rows of `moved` `[size, ..]` that belong to one seed, with the axes of the seed last if
  /// `forward`.
  private static Atom block(Builder b, Atom moved, long from, Shape seed, boolean forward) {
    Shape all = moved.aval().shape();
    int rank = all.rank();
    List<Long> limit = new ArrayList<>(all.dims());
    limit.set(0, from + seed.size());
    List<Long> ones = Collections.nCopies(rank, 1L);
    Atom rows = b.emit(new Slice(Axes.at(rank, 0, from, 0), limit, ones), moved);
    Shape rest = all.subShape(1, rank);
    if (!forward) {
      return b.emit(new Reshape(seed.concat(rest)), rows);
    }
    Atom last = b.emit(new Transpose(Axes.toLast(rank, 0)), rows);
    return b.emit(new Reshape(rest.concat(seed)), last);
  }

  private static List<List<Atom>> transposed(List<List<Atom>> blocks, int columns) {
    List<List<Atom>> result = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      List<Atom> column = new ArrayList<>();
      for (List<Atom> row : blocks) {
        column.add(row.get(j));
      }
      result.add(column);
    }
    return result;
  }

  private static List<Atom> concat(List<List<Atom>> blocks) {
    return blocks.stream().flatMap(List::stream).toList();
  }
}
