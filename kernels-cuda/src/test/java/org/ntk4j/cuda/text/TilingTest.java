package org.ntk4j.cuda.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;

class TilingTest {
  private static final List<Long> SIZES =
      List.of(1L, 2L, 3L, 4L, 7L, 12L, 16L, 31L, 33L, 50L, 64L, 100L, 128L, 500L, 4096L, 70_000L);

  private static Tiling tiling(DType dtype, long rows, long columns, long inner, Precision p) {
    return Tiling.of(
        ProductText.contraction(MatrixSamples.product(dtype, rows, columns, inner)),
        Arithmetic.of(p));
  }

  @Test
  void every_product_has_tiles_that_fit_into_shared_memory() {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I32, DType.I64)) {
      for (long rows : SIZES) {
        for (long columns : SIZES) {
          for (long inner : List.of(3L, 70L, 1_000_000L)) {
            for (Precision precision : List.of(Precision.FLOAT32, Precision.TF32X3)) {
              StepCode code =
                  TileText.of(
                      ProductText.contraction(MatrixSamples.product(dtype, rows, columns, inner)),
                      tiling(dtype, rows, columns, inner, precision),
                      "kernel");
              assertTrue(code.scratchBytes() <= 1L << 28);
            }
          }
        }
      }
    }
  }

  @Test
  void tiles_of_any_size_fit_into_shared_memory() {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      Contraction sum = ProductText.contraction(MatrixSamples.product(dtype, 500, 500, 500));
      for (int rows = 1; rows <= 512 / dtype.sizeBytes(); rows *= 2) {
        for (int columns = 1; columns <= 512 / dtype.sizeBytes(); columns *= 2) {
          Tiling tiling = Tiling.of(Tiling.Kind.SCALAR, sum, rows, columns);
          int bytes = TileProduct.of(sum, tiling).words() * dtype.sizeBytes();
          assertTrue(bytes <= 48 << 10, tiling::toString);
          assertEquals(0, tiling.inner() % tiling.slices(), tiling::toString);
        }
      }
    }
  }

  @Test
  void large_products_have_large_tiles() {
    Tiling tiling = tiling(DType.F32, 4096, 4096, 4096, Precision.TF32);
    assertEquals(Tiling.Kind.TF32, tiling.kind());
    assertEquals(List.of(128, 128, 1), List.of(tiling.rows(), tiling.columns(), tiling.parts()));
  }

  @Test
  void sums_are_cut_where_there_are_few_results() {
    Tiling tiling = tiling(DType.F32, 10, 10, 1_000_000, Precision.FLOAT32);
    assertTrue(tiling.parts() > 100, tiling::toString);
    assertTrue((tiling.parts() - 1) * tiling.perPart() < 1_000_000);
    assertTrue(tiling.parts() * tiling.perPart() >= 1_000_000);
  }

  @Test
  void thin_products_are_not_for_tensor_cores_and_f64_is_not_rounded() {
    assertEquals(Tiling.Kind.SCALAR, tiling(DType.F32, 4096, 10, 4096, Precision.BF16).kind());
    assertEquals(Tiling.Kind.FLOAT64, tiling(DType.F64, 4096, 4096, 4096, Precision.BF16).kind());
  }

  @Test
  void without_tensor_cores_everything_is_multiplied_one_by_one() {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I32)) {
      for (Precision precision : Precision.values()) {
        Tiling tiling =
            Tiling.of(
                ProductText.contraction(MatrixSamples.product(dtype, 4096, 4096, 4096)),
                new Arithmetic(precision, false));
        assertEquals(Tiling.Kind.SCALAR, tiling.kind());
      }
    }
  }

  @Test
  void symmetric_products_have_square_tiles() {
    for (long size : SIZES) {
      Tiling tiling =
          Tiling.of(
              ProductText.contraction(MatrixSamples.symmetric(DType.F32, size, 100)),
              Arithmetic.of(Precision.TF32X3));
      assertEquals(tiling.rows(), tiling.columns());
    }
  }
}
