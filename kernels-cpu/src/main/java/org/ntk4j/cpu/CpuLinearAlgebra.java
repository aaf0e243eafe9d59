package org.ntk4j.cpu;

import java.lang.ref.Reference;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.Blas.Stored;
import org.ntk4j.ir.eval.LinearAlgebra;

/// Matrix products by oneDNN (`f32`) and OpenBLAS, cut into tiles for several threads.
///
/// Tiles depend on the sizes of the problem only, and the sum of an element is never cut: a result
/// has the same bits for every number of threads. Small products, and all if OpenBLAS cannot be
/// loaded, are computed in Java.
public final class CpuLinearAlgebra implements LinearAlgebra {
  /// Below this many multiplications Java is as fast.
  private static final double SMALL = 1 << 14;

  /// Multiplications that are worth another thread: about 20 µs of work.
  private static final double WORTH_A_THREAD = 1 << 20;

  /// Tiles of fewer multiplications are faster with OpenBLAS.
  private static final long WORTH_ONE_DNN = 1 << 17;

  private static final long TILE_ROWS = 256;
  private static final long TILE_COLUMNS = 256;

  private final Workers workers;

  /// With as many threads as there are processors.
  public CpuLinearAlgebra() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /// With `threads` threads, at least 1.
  public CpuLinearAlgebra(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads; expected at least 1");
    }
    this.workers = new Workers(threads);
  }

  @Override
  public void multiply(
      DType dtype, Sizes sizes, double alpha, Matrices a, Matrices b, double beta, Matrices c) {
    boolean fits = fits(a, sizes.rows(), sizes.inner()) && fits(b, sizes.columns(), sizes.inner());
    Optional<Blas> blas =
        sizes.multiplications() < SMALL || !fits || c.rowStride() > Integer.MAX_VALUE
            ? Optional.empty()
            : Blas.find();
    if (blas.isPresent()) {
      new Product(blas.get(), dtype, sizes, alpha, a, b, beta, c).run(workers);
    } else {
      LinearAlgebra.reference().multiply(dtype, sizes, alpha, a, b, beta, c);
    }
  }

  @Override
  public void forEach(int pieces, IntConsumer work) {
    workers.run(pieces, work);
  }

  /// Whether BLAS, which counts in `int`, can read these matrices as they lie.
  private static boolean fits(Matrices m, long rows, long columns) {
    boolean direct = isDirect(m, columns);
    boolean strided = direct || m.rowStride() == 1 || rows == 1;
    long distance = direct ? m.rowStride() : m.columnStride();
    long length = direct ? columns : rows;
    boolean apart = distance >= length || (direct ? rows : columns) == 1;
    return strided && apart && Math.max(distance, Math.max(rows, columns)) <= Integer.MAX_VALUE;
  }

  private static boolean isDirect(Matrices m, long columns) {
    return m.columnStride() == 1 || columns == 1;
  }

  /// One batch of products with its tiles.
  private static final class Product {
    private final Blas blas;
    private final DType dtype;
    private final Sizes sizes;
    private final double alpha;
    private final Matrices a;
    private final Matrices b;
    private final double beta;
    private final Matrices c;
    private final long tileRows;
    private final long tileColumns;
    private final long rowTiles;
    private final long columnTiles;

    Product(
        Blas blas,
        DType dtype,
        Sizes sizes,
        double alpha,
        Matrices a,
        Matrices b,
        double beta,
        Matrices c) {
      this.blas = blas;
      this.dtype = dtype;
      this.sizes = sizes;
      this.alpha = alpha;
      this.a = a;
      this.b = b;
      this.beta = beta;
      this.c = c;
      this.tileRows = Math.min(TILE_ROWS, sizes.rows());
      this.tileColumns = Math.min(TILE_COLUMNS, sizes.columns());
      this.rowTiles = Math.ceilDiv(sizes.rows(), TILE_ROWS);
      this.columnTiles = Math.ceilDiv(sizes.columns(), TILE_COLUMNS);
    }

    /// A piece of work is as many tiles, one after the other, as are worth a thread.
    void run(Workers workers) {
      long tiles = sizes.batch() * rowTiles * columnTiles;
      double perTile = (double) tileRows * tileColumns * sizes.inner();
      long perPiece = (long) Math.clamp(Math.ceil(WORTH_A_THREAD / perTile), 1, tiles);
      perPiece = Math.max(perPiece, Math.ceilDiv(tiles, 1 << 20));
      long chunk = perPiece;
      try {
        workers.run(
            Math.toIntExact(Math.ceilDiv(tiles, chunk)),
            piece -> {
              for (long t = piece * chunk; t < Math.min(tiles, (piece + 1) * chunk); t++) {
                tile(t);
              }
            });
      } finally {
        // From the addresses alone nobody could tell that the memory is in use.
        Reference.reachabilityFence(this);
      }
    }

    private void tile(long t) {
      long batch = t / (rowTiles * columnTiles);
      long i = t / columnTiles % rowTiles * TILE_ROWS;
      long j = t % columnTiles * TILE_COLUMNS;
      int rows = (int) Math.min(TILE_ROWS, sizes.rows() - i);
      int columns = (int) Math.min(TILE_COLUMNS, sizes.columns() - j);
      int inner = (int) sizes.inner();
      Stored left = stored(a.from(batch, i, 0), sizes.inner(), rows, false);
      // We are given the rows of B; BLAS wants it transposed.
      Stored right = stored(b.from(batch, j, 0), sizes.inner(), columns, true);
      Matrices to = c.from(batch, i, j);
      Stored result = new Stored(address(to), false, Math.max(to.rowStride(), columns));
      switch (dtype) {
        case F32 -> sgemm(rows, columns, inner, left, right, result);
        case F64 -> blas.dgemm(rows, columns, inner, alpha, left, right, beta, result);
        case I32, I64, BOOL -> throw new IllegalStateException("bug: product of " + dtype);
      }
    }

    private void sgemm(int m, int n, int k, Stored left, Stored right, Stored result) {
      Optional<OneDnn> oneDnn = (long) m * n * k < WORTH_ONE_DNN ? Optional.empty() : OneDnn.find();
      if (oneDnn.isPresent()) {
        oneDnn.get().sgemm(m, n, k, alpha, left, right, beta, result);
      } else {
        blas.sgemm(m, n, k, alpha, left, right, beta, result);
      }
    }

    private Stored stored(Matrices m, long columns, long rows, boolean transpose) {
      boolean direct = isDirect(m, columns);
      long distance = direct ? Math.max(m.rowStride(), columns) : Math.max(m.columnStride(), rows);
      return new Stored(address(m), direct == transpose, distance);
    }

    private long address(Matrices m) {
      return m.segment().address() + m.offset() * dtype.sizeBytes();
    }
  }
}
