package org.ntk4j.cpu.dot;

import java.util.List;
import org.ntk4j.cpu.jit.KernelText;

/// The kernel that adds the parts of sums and stores them in the result; see [DotText].
final class StoreText {
  private static final String BODY =
      """
        %sums = alloca [{sums} x {T}], align 64
        %upper = icmp ne i64 %a4, 0
        %mirrored = icmp ne i64 %a11, 0
        %old = fcmp une {T} %a10, 0.0
        br label %columns
      columns:
        %j = phi i64 [ %begin, %entry ], [ %jNext, %columnEnd ]
        %jMore = icmp slt i64 %j, %end
        br i1 %jMore, label %column, label %exit
      column:
        %jNext = add i64 %j, 1
        %rowsEnd = select i1 %upper, i64 %jNext, i64 %a3
        %jSums = mul i64 %j, %a3
        %jFirst = mul i64 %j, {side}
        %jLeft = sub i64 %a6, %jFirst
        %width = call i64 @llvm.smin.i64(i64 %jLeft, i64 {side})
        br label %rows
      rows:
        %i = phi i64 [ 0, %column ], [ %iNext, %rowEnd ]
        %place = add i64 %jSums, %i
        %sumsAt = mul i64 %place, {sums}
        %from = getelementptr {T}, ptr %a0, i64 %sumsAt
        %iFirst = mul i64 %i, {side}
        %iLeft = sub i64 %a5, %iFirst
        %height = call i64 @llvm.smin.i64(i64 %iLeft, i64 {side})
        %onDiagonal = icmp eq i64 %i, %j
        %half = and i1 %upper, %onDiagonal
        br label %lane
      lane:
        %s = phi i64 [ 0, %rows ], [ %sNext, %laneEnd ]
        br label %parts
      parts:
        %part = phi i64 [ 0, %lane ], [ %partNext, %parts ]
        %sum = phi {V} [ zeroinitializer, %lane ], [ %sumNext, %parts ]
        %partAt = mul i64 %part, %a1
        %ofPart = getelementptr i8, ptr %from, i64 %partAt
        %load = getelementptr {V}, ptr %ofPart, i64 %s
        %x = load {V}, ptr %load, align 32
        %sumNext = fadd {V} %sum, %x
        %partNext = add i64 %part, 1
        %partMore = icmp slt i64 %partNext, %a2
        br i1 %partMore, label %parts, label %laneEnd
      laneEnd:
        %into = getelementptr {V}, ptr %sums, i64 %s
        store {V} %sumNext, ptr %into, align 32
        %sNext = add i64 %s, 1
        %sMore = icmp slt i64 %sNext, {sumVectors}
        br i1 %sMore, label %lane, label %elements
      elements:
        %r = phi i64 [ 0, %laneEnd ], [ %rNext, %elementsEnd ]
        %rMore = icmp slt i64 %r, %height
        br i1 %rMore, label %line, label %rowEnd
      line:
        %rNext = add i64 %r, 1
        %row = add i64 %iFirst, %r
        %down = mul i64 %row, %a8
        %rowAt = getelementptr i8, ptr %a7, i64 %down
        %inSums = mul i64 %r, {side}
        %first = select i1 %half, i64 %r, i64 0
        br label %element
      element:
        %c = phi i64 [ %first, %line ], [ %cNext, %elementEnd ]
        %inRow = add i64 %jFirst, %c
        %sumAt = add i64 %inSums, %c
        %sumFrom = getelementptr {T}, ptr %sums, i64 %sumAt
        %value = load {T}, ptr %sumFrom, align {size}
        %scaled = fmul {T} %value, %a9
        %at = getelementptr {T}, ptr %rowAt, i64 %inRow
        br i1 %old, label %addition, label %storing
      addition:
        %before = load {T}, ptr %at, align {size}
        %share = fmul {T} %before, %a10
        %total = fadd {T} %scaled, %share
        br label %storing
      storing:
        %result = phi {T} [ %scaled, %element ], [ %total, %addition ]
        store {T} %result, ptr %at, align {size}
        br i1 %mirrored, label %mirror, label %elementEnd
      mirror:
        %across = mul i64 %inRow, %a8
        %mirrorRow = getelementptr i8, ptr %a12, i64 %across
        %mirrorAt = getelementptr {T}, ptr %mirrorRow, i64 %row
        store {T} %result, ptr %mirrorAt, align {size}
        br label %elementEnd
      elementEnd:
        %cNext = add i64 %c, 1
        %cMore = icmp slt i64 %cNext, %width
        br i1 %cMore, label %element, label %elementsEnd
      elementsEnd:
        br label %elements
      rowEnd:
        %iNext = add i64 %i, 1
        %iMore = icmp slt i64 %iNext, %rowsEnd
        br i1 %iMore, label %rows, label %columnEnd
      columnEnd:
        br label %columns
      exit:
        ret void
      }
      declare i64 @llvm.smin.i64(i64, i64)
      """;

  private StoreText() {}

  /// Blocks `begin <= j < end` of the right matrix with those of the left. Arguments: sums of the
  /// first part, bytes from part to part, parts; blocks of the left matrix; whether the result is
  /// on the diagonal of a symmetric one; rows, columns, where to, bytes from row to row; `alpha`
  /// and `beta`; whether it is stored transposed too, and where to.
  static KernelText of(DotText dot) {
    return dot.kernel(
        "store",
        List.of(
            "ptr", "i64", "i64", "i64", "i64", "i64", "i64", "ptr", "i64", "{T}", "{T}", "i64",
            "ptr"),
        BODY);
  }
}
