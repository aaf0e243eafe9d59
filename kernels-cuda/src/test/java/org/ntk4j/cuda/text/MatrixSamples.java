package org.ntk4j.cuda.text;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.epilogue.Epilogues;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.schedule.View;
import org.ntk4j.ir.text.Parser;

/// Products and convolutions as networks have them.
final class MatrixSamples {
  private MatrixSamples() {}

  /// Of row-major matrices.
  static MatrixProduct product(DType dtype, long rows, long columns, long inner) {
    return new MatrixProduct(
        dtype,
        List.of(),
        rows,
        columns,
        inner,
        new Factor(0, List.of(), inner, 1),
        new Factor(0, List.of(), columns, 1),
        new Factor(0, List.of(), columns, 1),
        1,
        false);
  }

  /// Of a row-major matrix with itself.
  static MatrixProduct symmetric(DType dtype, long rows, long inner) {
    return new MatrixProduct(
        dtype,
        List.of(),
        rows,
        rows,
        inner,
        new Factor(0, List.of(), inner, 1),
        new Factor(0, List.of(), 1, inner),
        new Factor(0, List.of(), rows, 1),
        1,
        true);
  }

  /// Two Gram matrices multiplied element by element, and added to a third matrix: what is done
  /// with the elements of the second one.
  static StepCode gram(String dtype, long n, long inner, Precision precision, String name) {
    String text =
        """
        program(a:D[N,8], b:D[N,K], c:D[N,N]) {
          e:D[N,N] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[1]] a a
          f:D[N,N] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[1]] b b
          g:D[N,N] = mul e f
          h:D[N,N] = add c g
          return h
        }
        """
            .replace("D", dtype)
            .replace("N", Long.toString(n))
            .replace("K", Long.toString(inner));
    Schedule s = Epilogues.of(Lowering.lower(Parser.parse(text)), _ -> true);
    Step.Fused last = (Step.Fused) s.steps().getLast();
    return ProductText.of(last.product(), last.epilogue(), precision, name);
  }

  /// A layer with filters of 3 x 3 on images of 16 x 16, channels last or first.
  static StepCode layer(boolean channelsLast, Precision precision, String name) {
    Conv op = Conv.of(channelsLast ? ConvDims.channelsLast(2) : ConvDims.channelsFirst(2));
    Conv padded = op.withPadding(List.of(1L, 1L), List.of(1L, 1L));
    return channelsLast
        ? convolution(padded, Shape.of(64, 16, 16, 64), Shape.of(3, 3, 64, 128), precision, name)
        : convolution(padded, Shape.of(64, 64, 16, 16), Shape.of(128, 64, 3, 3), precision, name);
  }

  /// The adjoint of a layer with strides of 2 by its operand.
  static StepCode byImage(Precision precision, String name) {
    Conv op =
        Conv.of(ConvDims.channelsLast(2))
            .withPadding(List.of(1L, 1L), List.of(2L, 2L))
            .withDilation(List.of(2L, 2L), List.of(1L, 1L));
    Shape x = Shape.of(64, 16, 16, 128);
    return convolution(op, x, Shape.of(3, 3, 128, 64), precision, name);
  }

  /// The adjoint of a layer by its filter.
  static StepCode byFilter(Precision precision, String name) {
    ConvDims exchanged =
        new ConvDims(3, 0, List.of(1, 2), 0, 3, List.of(1, 2), 2, 3, List.of(0, 1));
    Conv op = Conv.of(exchanged).withPadding(List.of(1L, 1L), List.of(1L, 1L));
    Shape x = Shape.of(64, 16, 16, 64);
    return convolution(op, x, Shape.of(64, 16, 16, 128), precision, name);
  }

  private static StepCode convolution(Conv op, Shape x, Shape w, Precision precision, String name) {
    List<Aval> operands = List.of(new Aval(DType.F32, x), new Aval(DType.F32, w));
    Shape y = op.resultAvals(operands).getFirst().shape();
    return ConvolutionText.of(
        op,
        View.rowMajor(0, DType.F32, x),
        View.rowMajor(1, DType.F32, w),
        View.rowMajor(2, DType.F32, y),
        precision,
        name);
  }
}
