package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.schedule.Epilogue;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;
import org.ntk4j.ir.schedule.View.Digit;

/// Matrix products as kernels. What is summed in which order depends on sizes alone.
public final class ProductText {
  private ProductText() {}

  /// The kernels of `p`: slot 0 is `A`, 1 is `B`, 2 is `C`.
  ///
  /// @param precision of `f32`; other dtypes are computed in themselves
  public static StepCode of(MatrixProduct p, Precision precision, String name) {
    return plan(p, Arithmetic.of(precision)).print(name);
  }

  /// The same, not printed yet.
  public static StepPlan plan(MatrixProduct p, Arithmetic arithmetic) {
    return ContractionText.plan(contraction(p), arithmetic);
  }

  /// The kernels of `p` whose elements go into `epilogue`: slot 0 is `A`, 1 is `B`, and those from
  /// 2 on are the nest's from 1 on.
  ///
  /// @param precision of `f32`; other dtypes are computed in themselves
  public static StepCode of(MatrixProduct p, Epilogue epilogue, Precision precision, String name) {
    return plan(p, epilogue, Arithmetic.of(precision)).print(name);
  }

  /// The same, not printed yet.
  public static StepPlan plan(MatrixProduct p, Epilogue epilogue, Arithmetic arithmetic) {
    return ContractionText.plan(contraction(p, Optional.of(epilogue)), arithmetic);
  }

  static Contraction contraction(MatrixProduct p) {
    return contraction(p, Optional.empty());
  }

  private static Contraction contraction(MatrixProduct p, Optional<Epilogue> epilogue) {
    List<Axis> batch = new ArrayList<>();
    for (int d = 0; d < p.batch().size(); d++) {
      batch.add(new Axis("z" + d, p.batch().get(d)));
    }
    Axis i = new Axis("i", p.rows());
    Axis j = new Axis("j", p.columns());
    Axis k = new Axis("k", p.inner());
    return new Contraction(
        p.dtype(),
        batch,
        List.of(i),
        List.of(j),
        List.of(k),
        place(p.a(), batch, i, k),
        place(p.b(), batch, k, j),
        place(p.c(), batch, i, j),
        p.alpha(),
        p.symmetric(),
        List.of(0, 1, 2),
        epilogue.map(EpilogueText::new));
  }

  private static Place place(Factor f, List<Axis> batch, Axis row, Axis column) {
    Place.Builder place = new Place.Builder(f.offset());
    for (int d = 0; d < batch.size(); d++) {
      add(place, batch.get(d), f.batchStrides().get(d));
    }
    add(place, row, f.rowStride());
    add(place, column, f.columnStride());
    return place.place();
  }

  private static void add(Place.Builder place, Axis axis, long stride) {
    place.add(List.of(new Digit(axis.extent(), stride)), Affine.of(axis));
  }
}
