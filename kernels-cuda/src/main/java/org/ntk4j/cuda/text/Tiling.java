package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;

/// How a contraction is cut: into tiles of the result, one for each block of threads, and sums into
/// parts. Depends on sizes alone.
///
/// @param rows of a tile; a power of 2, as all of these
/// @param inner summed between two barriers
/// @param perPart summed by one block: a multiple of `inner`
/// @param parts into which a sum is cut
record Tiling(Kind kind, int rows, int columns, int inner, long perPart, int parts) {
  /// What the factors are in shared memory, and what multiplies them.
  enum Kind {
    /// Elements as they are, multiplied one by one.
    SCALAR,
    /// Rounded to TF32, on tensor cores.
    TF32,
    /// `f32`, cut in two when they are multiplied on tensor cores.
    TF32X3,
    /// Two neighbours of a sum in one word, on tensor cores.
    BF16,
    /// `f64` as it is, on tensor cores.
    FLOAT64
  }

  /// Multiprocessors of a large card.
  private static final double PROCESSORS = 132;

  private static final int PARTS_MAX = 512;
  private static final long SCRATCH_MAX = 1L << 28;

  /// Summands that are worth a part of their own.
  private static final long PART_MIN = 512;

  /// Below this many rows or columns tensor cores would multiply padding.
  private static final long TENSOR_MIN = 24;

  static Tiling of(Contraction sum, Arithmetic arithmetic) {
    Kind kind = kind(sum, arithmetic);
    Tiling best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int rows : sizes(kind, sum, sum.rowCount())) {
      for (int columns : sizes(kind, sum, sum.columnCount())) {
        if (!sum.symmetric() || rows == columns) {
          Tiling tiling = of(kind, sum, rows, columns);
          double cost = tiling.cost(sum);
          if (best == null || cost < least) {
            best = tiling;
            least = cost;
          }
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("bug: no tiles for " + sum);
    }
    return best;
  }

  private static Kind kind(Contraction sum, Arithmetic arithmetic) {
    boolean thin = Math.min(sum.rowCount(), sum.columnCount()) < TENSOR_MIN;
    boolean useful = sum.dtype().isFloating() && !thin && sum.innerCount() >= 8;
    if (!useful || !arithmetic.tensorCores()) {
      return Kind.SCALAR;
    }
    if (sum.dtype() == DType.F64) {
      return Kind.FLOAT64;
    }
    return switch (arithmetic.precision()) {
      case FLOAT32, FLOAT64 -> Kind.SCALAR;
      case TF32 -> Kind.TF32;
      case TF32X3 -> Kind.TF32X3;
      case BF16 -> Kind.BF16;
    };
  }

  private static List<Integer> sizes(Kind kind, Contraction sum, long extent) {
    int least = kind == Kind.SCALAR ? 1 : 32;
    int most = sum.dtype().sizeBytes() == 8 ? 64 : 128;
    List<Integer> sizes = new ArrayList<>();
    for (int size = least; size <= most; size *= 2) {
      if (size < 2 * extent && (size >= 16 || size >= extent) || size == least && extent <= least) {
        sizes.add(size);
      }
    }
    return sizes;
  }

  /// With tiles of this size.
  static Tiling of(Kind kind, Contraction sum, int rows, int columns) {
    int inner = kind == Kind.SCALAR ? scalarInner(rows, columns, sum.dtype()) : 16;
    Tiling whole = new Tiling(kind, rows, columns, inner, 0, 1);
    long steps = Math.ceilDiv(sum.innerCount(), inner);
    double blocks = whole.blocks(sum);
    long wanted = (long) Math.ceil(2 * PROCESSORS / blocks);
    long useful = Math.max(1, sum.innerCount() / Math.max(PART_MIN, 4L * inner));
    long affordable = Math.max(1, SCRATCH_MAX / (sum.size() * sum.dtype().sizeBytes()));
    boolean few = blocks < PROCESSORS;
    long parts = few ? Math.min(Math.min(wanted, useful), Math.min(affordable, PARTS_MAX)) : 1;
    long stepsPerPart = Math.ceilDiv(steps, parts);
    long needed = stepsPerPart == 0 ? 1 : Math.ceilDiv(steps, stepsPerPart);
    return new Tiling(kind, rows, columns, inner, stepsPerPart * inner, (int) needed);
  }

  private static int scalarInner(int rows, int columns, DType dtype) {
    int slices = slices(rows, columns);
    int inner = Math.max(8, 1024 / Math.max(rows, columns));
    return slices > 1 ? Math.max(inner, slices * Long.BYTES / dtype.sizeBytes()) : inner;
  }

  private static int slices(int rows, int columns) {
    return 256 / (rows / perThread(rows) * (columns / perThread(columns)));
  }

  /// Neighbours that one thread multiplies.
  private static int perThread(int size) {
    return size >= 128 ? 8 : Math.min(4, size);
  }

  private double blocks(Contraction sum) {
    return (double) sum.batchCount() * tiles(sum) * parts;
  }

  /// Time, in units of its own: whole tiles are multiplied, on all processors at once.
  private double cost(Contraction sum) {
    double blocks = blocks(sum);
    double rounds = Math.ceil(blocks / PROCESSORS);
    double each = (double) rows * columns * (perPart + 4.0 * inner);
    double partial = parts > 1 ? 2.0 * parts * sum.size() / PROCESSORS * 8 : 0;
    return rounds * each / (rate(rows) * rate(columns)) + partial;
  }

  private double rate(int size) {
    return switch (size) {
      case 128 -> 1;
      case 64 -> 0.87;
      case 32 -> kind == Kind.SCALAR ? 0.7 : 0.6;
      case 16 -> 0.45;
      default -> 0.3 * size / 8;
    };
  }

  long rowTiles(Contraction sum) {
    return Math.ceilDiv(sum.rowCount(), rows);
  }

  long columnTiles(Contraction sum) {
    return Math.ceilDiv(sum.columnCount(), columns);
  }

  /// Tiles of one matrix.
  long tiles(Contraction sum) {
    long n = columnTiles(sum);
    return sum.symmetric() ? n * (n + 1) / 2 : rowTiles(sum) * n;
  }

  /// Blocks of threads.
  long grid(Contraction sum) {
    return Math.multiplyExact(Math.multiplyExact(tiles(sum), parts), sum.batchCount());
  }

  /// Steps of a part.
  long steps() {
    return perPart / inner;
  }

  /// Rows of a thread's part of a tile.
  int threadRows() {
    return perThread(rows);
  }

  /// Columns of a thread's part of a tile.
  int threadColumns() {
    return perThread(columns);
  }

  /// Groups of threads that share the sums of a tile.
  int slices() {
    return slices(rows, columns);
  }

  /// Warps side by side along the columns of a tile.
  int warpColumns() {
    return kind == Kind.TF32X3 && columns == 128 ? 4 : 2;
  }

  int threads() {
    return kind == Kind.SCALAR ? 256 : 2 * warpColumns() * 32;
  }

  /// Elements of a sum in one word of shared memory.
  int perWord() {
    return kind == Kind.BF16 ? 2 : 1;
  }

  /// Words between neighbours of a sum in a tile this wide: no two threads meet in a bank.
  int pitch(int size) {
    return switch (kind) {
      case SCALAR -> size < 32 ? size : size + 4;
      case FLOAT64 -> size + 4;
      case TF32, TF32X3, BF16 -> size + 8;
    };
  }
}
