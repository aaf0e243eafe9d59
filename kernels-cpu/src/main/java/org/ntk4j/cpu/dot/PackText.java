package org.ntk4j.cpu.dot;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ntk4j.cpu.jit.KernelText;

/// The kernel that copies rows of a matrix into blocks; see [DotText].
final class PackText {
  private static final String BODY =
      """
        %full = udiv i64 %a4, {lanes}
        %rest = urem i64 %a4, {lanes}
        %partial = icmp ne i64 %rest, 0
        %one = zext i1 %partial to i64
        %vectors = add i64 %full, %one
        %first = insertelement <{lanes} x i64> poison, i64 %rest, i64 0
        %limit = shufflevector <{lanes} x i64> %first, <{lanes} x i64> poison,
            <{lanes} x i32> zeroinitializer
        %mask = icmp ult <{lanes} x i64> <{steps}>, %limit
        %length = mul i64 %vectors, {block}
        br label %blocks
      blocks:
        %b = phi i64 [ %begin, %entry ], [ %bNext, %blockEnd ]
        %more = icmp slt i64 %b, %end
        br i1 %more, label %rows, label %exit
      rows:
        %r = phi i64 [ 0, %blocks ], [ %rNext, %rowEnd ]
        %before = mul i64 %b, {side}
        %i = add i64 %before, %r
        %place = mul i64 %b, %length
        %inBlock = mul i64 %r, {lanes}
        %offset = add i64 %place, %inBlock
        %to = getelementptr {T}, ptr %a2, i64 %offset
        %down = mul i64 %i, %a1
        %from = getelementptr i8, ptr %a0, i64 %down
        %there = icmp slt i64 %i, %a3
        br i1 %there, label %copies, label %zeros
      copies:
        %v = phi i64 [ 0, %rows ], [ %vNext, %copy ]
        %vMore = icmp slt i64 %v, %full
        br i1 %vMore, label %copy, label %tail
      copy:
        %vAt = mul i64 %v, {lanes}
        %load = getelementptr {T}, ptr %from, i64 %vAt
        %x = load {V}, ptr %load, align {size}
        %vTo = mul i64 %v, {block}
        %store = getelementptr {T}, ptr %to, i64 %vTo
        store {V} %x, ptr %store, align 32
        %vNext = add i64 %v, 1
        br label %copies
      tail:
        br i1 %partial, label %last, label %rowEnd
      last:
        %lastAt = mul i64 %full, {lanes}
        %lastLoad = getelementptr {T}, ptr %from, i64 %lastAt
        %y = call {V} @llvm.masked.load.{v}.p0(
            ptr %lastLoad, i32 {size}, <{lanes} x i1> %mask, {V} zeroinitializer)
        %lastTo = mul i64 %full, {block}
        %lastStore = getelementptr {T}, ptr %to, i64 %lastTo
        store {V} %y, ptr %lastStore, align 32
        br label %rowEnd
      zeros:
        %z = phi i64 [ 0, %rows ], [ %zNext, %zero ]
        %zMore = icmp slt i64 %z, %vectors
        br i1 %zMore, label %zero, label %rowEnd
      zero:
        %zTo = mul i64 %z, {block}
        %zStore = getelementptr {T}, ptr %to, i64 %zTo
        store {V} zeroinitializer, ptr %zStore, align 32
        %zNext = add i64 %z, 1
        br label %zeros
      rowEnd:
        %rNext = add i64 %r, 1
        %rMore = icmp slt i64 %rNext, {side}
        br i1 %rMore, label %rows, label %blockEnd
      blockEnd:
        %bNext = add i64 %b, 1
        br label %blocks
      exit:
        ret void
      }
      declare {V} @llvm.masked.load.{v}.p0(ptr, i32, <{lanes} x i1>, {V})
      """;

  private PackText() {}

  /// Blocks `begin <= b < end`. Arguments: address, bytes from row to row, where to, rows, elements
  /// of a row. What is missing to whole vectors and blocks is 0.
  static KernelText of(DotText dot) {
    String steps =
        IntStream.range(0, dot.lanes()).mapToObj(i -> "i64 " + i).collect(Collectors.joining(", "));
    return dot.kernel(
        "pack", List.of("ptr", "i64", "ptr", "i64", "i64"), BODY.replace("{steps}", steps));
  }
}
