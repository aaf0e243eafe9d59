package org.ntk4j.ir.schedule;

import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;

/// How an equation is run.
enum Role {
  /// An element of the result is an expression of elements of the operands.
  POINTWISE,
  /// Elements of the operands are combined into an element of the result.
  REDUCTION,
  /// A matrix product.
  PRODUCT,
  /// A convolution.
  CONVOLUTION,
  /// A step of its own.
  WHOLE;

  static Role of(Equation e) {
    Role role = of(e.op());
    boolean library = role == PRODUCT || role == CONVOLUTION;
    return library && !fitsLibrary(e) ? WHOLE : role;
  }

  /// Libraries know floating-point numbers, at least one of them.
  private static boolean fitsLibrary(Equation e) {
    return e.result().aval().isFloating()
        && e.result().aval().size() > 0
        && e.in().stream().allMatch(x -> x.aval().size() > 0);
  }

  private static Role of(Primitive op) {
    return switch (op) {
      case Elementwise _ -> POINTWISE;
      case Multilinear m -> of(m);
      case PiecewiseConstant c -> of(c);
      case Nonlinear n -> of(n);
      case HigherOrder _ -> WHOLE;
    };
  }

  private static Role of(Multilinear op) {
    return switch (op) {
      case Add _, Sub _, Mul _, Neg _, Convert _, Select _ -> POINTWISE;
      case Broadcast _, Reshape _, Transpose _, Slice _, Pad _, Concatenate _, Reverse _ ->
          POINTWISE;
      case Gather _, DynamicSlice _, DynamicUpdateSlice _ -> POINTWISE;
      case ReduceSum _, WindowSum _, ScatterAdd _ -> REDUCTION;
      case Contract _ -> PRODUCT;
      case Conv _ -> CONVOLUTION;
      case CumSum _ -> WHOLE;
    };
  }

  private static Role of(PiecewiseConstant op) {
    return switch (op) {
      case Compare _, Step _, Logic _, Classify _, Cast _, StopGradient _ -> POINTWISE;
      case Iota _, RandomBits _ -> POINTWISE;
      case ArgExtremum _, Constant _ -> WHOLE;
    };
  }

  private static Role of(Nonlinear op) {
    return switch (op) {
      case ReduceExtremum _, ReduceProd _, WindowExtremum _ -> REDUCTION;
      case CumExtremum _, CumProd _, Sort _, TopK _, Cholesky _, TriangularSolve _ -> WHOLE;
    };
  }
}
