package org.ntk4j.ir.eval;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.ntk4j.core.DType;

/// Matrix products in plain Java, with all sums in `double`.
final class ReferenceLinearAlgebra implements LinearAlgebra {
  static final LinearAlgebra INSTANCE = new ReferenceLinearAlgebra();

  private ReferenceLinearAlgebra() {}

  @Override
  public void multiply(
      DType dtype, Sizes sizes, double alpha, Matrices a, Matrices b, double beta, Matrices c) {
    Product product = new Product(dtype, sizes, alpha, beta);
    for (long i = 0; i < sizes.batch(); i++) {
      product.run(a.from(i, 0, 0), b.from(i, 0, 0), c.from(i, 0, 0));
    }
  }

  /// Products of two matrices: a tile of `C` is accumulated panel by panel. A panel is a piece of
  /// `B`, transposed, so that the innermost loop runs along a row of `C` and is vectorized.
  private static final class Product {
    private static final int ROWS = 64;
    private static final int COLUMNS = 256;
    private static final int INNER = 128;

    private final boolean f32;
    private final Sizes sizes;
    private final double alpha;
    private final double beta;
    private final double[] tile;
    private final double[] panel;
    private final double[] aRow = new double[INNER];

    Product(DType dtype, Sizes sizes, double alpha, double beta) {
      this.f32 = dtype == DType.F32;
      this.sizes = sizes;
      this.alpha = alpha;
      this.beta = beta;
      int rows = (int) Math.min(ROWS, sizes.rows());
      int columns = (int) Math.min(COLUMNS, sizes.columns());
      int inner = (int) Math.min(INNER, sizes.inner());
      this.tile = new double[rows * columns];
      this.panel = new double[columns * inner];
    }

    void run(Matrices a, Matrices b, Matrices c) {
      for (long j = 0; j < sizes.columns(); j += COLUMNS) {
        int columns = (int) Math.min(COLUMNS, sizes.columns() - j);
        for (long i = 0; i < sizes.rows(); i += ROWS) {
          int rows = (int) Math.min(ROWS, sizes.rows() - i);
          Arrays.fill(tile, 0, rows * columns, 0);
          for (long k = 0; k < sizes.inner(); k += INNER) {
            int inner = (int) Math.min(INNER, sizes.inner() - k);
            loadPanel(b.from(0, j, k), columns, inner);
            accumulate(a.from(0, i, k), rows, columns, inner);
          }
          store(c.from(0, i, j), rows, columns);
        }
      }
    }

    /// `panel[k, j] = b[j, k]`.
    private void loadPanel(Matrices b, int columns, int inner) {
      for (int j = 0; j < columns; j++) {
        long row = b.offset() + j * b.rowStride();
        for (int k = 0; k < inner; k++) {
          panel[k * columns + j] = get(b.segment(), row + k * b.columnStride());
        }
      }
    }

    private void accumulate(Matrices a, int rows, int columns, int inner) {
      for (int i = 0; i < rows; i++) {
        long row = a.offset() + i * a.rowStride();
        for (int k = 0; k < inner; k++) {
          aRow[k] = get(a.segment(), row + k * a.columnStride());
        }
        int k = 0;
        for (; k + 4 <= inner; k += 4) {
          addFour(i * columns, k, columns);
        }
        for (; k < inner; k++) {
          addOne(i * columns, k, columns);
        }
      }
    }

    private void addFour(int at, int k, int columns) {
      int p = k * columns;
      double a0 = aRow[k];
      double a1 = aRow[k + 1];
      double a2 = aRow[k + 2];
      double a3 = aRow[k + 3];
      for (int j = 0; j < columns; j++) {
        double first = a0 * panel[p + j] + a1 * panel[p + columns + j];
        double second = a2 * panel[p + 2 * columns + j] + a3 * panel[p + 3 * columns + j];
        tile[at + j] += first + second;
      }
    }

    private void addOne(int at, int k, int columns) {
      double a0 = aRow[k];
      for (int j = 0; j < columns; j++) {
        tile[at + j] += a0 * panel[k * columns + j];
      }
    }

    private void store(Matrices c, int rows, int columns) {
      for (int i = 0; i < rows; i++) {
        long row = c.offset() + i * c.rowStride();
        for (int j = 0; j < columns; j++) {
          double value = alpha * tile[i * columns + j];
          set(c.segment(), row + j, beta == 0 ? value : value + beta * get(c.segment(), row + j));
        }
      }
    }

    private double get(MemorySegment s, long i) {
      return f32
          ? s.getAtIndex(ValueLayout.JAVA_FLOAT, i)
          : s.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
    }

    private void set(MemorySegment s, long i, double value) {
      if (f32) {
        s.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
      } else {
        s.setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
      }
    }
  }
}
