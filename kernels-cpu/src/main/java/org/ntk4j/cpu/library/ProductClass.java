package org.ntk4j.cpu.library;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.GemmProblem.Matrices;

/// Products of matrices that the same multiplier is taken for.
public record ProductClass(DType dtype, Layout layout, Size size) {

  /// Where the terms of a sum are.
  public enum Layout {
    /// Those of a factor at least are not consecutive.
    ACROSS,
    /// They are consecutive in both factors.
    ALONG,
    /// So they are, and the result is symmetric.
    SYMMETRIC
  }

  /// By what a product of two matrices takes.
  public enum Size {
    /// Up to 2¹³ multiplications.
    TINY(64, 16, 16, 16),
    /// Up to 2¹⁷.
    SMALL(32, 40, 40, 40),
    /// Up to 2¹⁹.
    MEDIUM(8, 64, 64, 64),
    /// More, of which the result has at most 48 rows and columns.
    LONG(1, 24, 24, 4096),
    /// More, with at most 48 rows or columns.
    THIN(1, 32, 512, 512),
    /// More.
    LARGE(1, 256, 256, 256),
    /// Over 2²⁴, of matrices that can be copied into panels; see [PanelKernel].
    HUGE(1, 320, 320, 320);

    private final long batch;
    private final long m;
    private final long n;
    private final long k;

    Size(long batch, long m, long n, long k) {
      this.batch = batch;
      this.m = m;
      this.n = n;
      this.k = k;
    }

    /// A symmetric result is as high as wide, and half of it is no panel's.
    private boolean canBeSymmetric() {
      return this != THIN && this != HUGE;
    }

    private static Size of(GemmProblem p) {
      double work = (double) p.m() * p.n() * p.k();
      if (work <= 1 << 13) {
        return TINY;
      }
      if (work <= 1 << 17) {
        return SMALL;
      }
      if (work <= 1 << 19) {
        return MEDIUM;
      }
      if (Math.max(p.m(), p.n()) <= NARROW) {
        return LONG;
      }
      if (Math.min(p.m(), p.n()) <= NARROW) {
        return THIN;
      }
      return work > 1 << 24 && PanelGemm.isPossible(p) ? HUGE : LARGE;
    }
  }

  private static final long NARROW = 48;

  /// Fewer terms are no sums to speak of.
  private static final long TERMS_MIN = 32;

  static ProductClass of(GemmProblem p) {
    Layout layout = Layout.ACROSS;
    if (DotGemm.isPossible(p) && p.k() >= TERMS_MIN) {
      layout = p.symmetric() ? Layout.SYMMETRIC : Layout.ALONG;
    }
    return new ProductClass(p.dtype(), layout, Size.of(p));
  }

  /// All there are.
  public static List<ProductClass> all() {
    List<ProductClass> all = new ArrayList<>(all(DType.F32));
    all.addAll(all(DType.F64));
    return List.copyOf(all);
  }

  /// All of `dtype`, the largest first.
  public static List<ProductClass> all(DType dtype) {
    List<ProductClass> all = new ArrayList<>();
    for (Size size : List.of(Size.values()).reversed()) {
      for (Layout layout : Layout.values()) {
        if (layout != Layout.SYMMETRIC || size.canBeSymmetric()) {
          all.add(new ProductClass(dtype, layout, size));
        }
      }
    }
    return List.copyOf(all);
  }

  /// A name for files.
  public String key() {
    return String.join(".", dtype.toString(), layout.name(), size.name()).toLowerCase(Locale.ROOT);
  }

  /// Those that can do it.
  public List<Multiplier> candidates() {
    List<Multiplier> candidates = new ArrayList<>();
    if (dtype == DType.F32) {
      candidates.add(Multiplier.ONE_DNN);
    }
    candidates.add(Multiplier.OPEN_BLAS);
    if (layout != Layout.ACROSS) {
      candidates.add(Multiplier.DOT);
    }
    if (size == Size.HUGE) {
      candidates.add(Multiplier.PANELS);
    }
    return candidates;
  }

  /// What is taken where nothing was measured.
  Multiplier usual() {
    boolean single = dtype == DType.F32;
    if (size == Size.HUGE && !(single && layout == Layout.ACROSS)) {
      return Multiplier.PANELS;
    }
    boolean dot =
        switch (layout) {
          case ACROSS -> false;
          case ALONG -> size == Size.THIN;
          case SYMMETRIC -> size != Size.TINY;
        };
    if (dot) {
      return Multiplier.DOT;
    }
    boolean large =
        switch (size) {
          case TINY, SMALL, LONG -> false;
          case MEDIUM -> layout == Layout.ALONG;
          case THIN, LARGE, HUGE -> true;
        };
    return large && single ? Multiplier.ONE_DNN : Multiplier.OPEN_BLAS;
  }

  /// A product of this class to measure.
  GemmProblem sample() {
    List<Long> batch = List.of(size.batch);
    Matrices a = Matrices.rowMajor(batch, size.m, size.k);
    Matrices b =
        layout == Layout.ACROSS
            ? Matrices.rowMajor(batch, size.k, size.n)
            : Matrices.rowMajor(batch, size.n, size.k).transposed();
    Matrices c = Matrices.rowMajor(batch, size.m, size.n);
    boolean symmetric = layout == Layout.SYMMETRIC;
    return new GemmProblem(dtype, batch, size.m, size.n, size.k, a, b, c, 1, 0, symmetric);
  }
}
