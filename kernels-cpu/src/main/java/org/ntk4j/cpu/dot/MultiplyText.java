package org.ntk4j.cpu.dot;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.cpu.jit.KernelText;

/// The kernel that multiplies packed blocks; see [DotText].
final class MultiplyText {
  private static final String HEAD =
      """
        %upper = icmp ne i64 %a5, 0
        %fresh = icmp ne i64 %a6, 0
        %length = mul i64 %a3, {block}
        br label %columns
      columns:
        %j = phi i64 [ %begin, %entry ], [ %jNext, %columnEnd ]
        %tile0 = phi i64 [ 0, %entry ], [ %tile1, %columnEnd ]
        %jMore = icmp slt i64 %j, %end
        br i1 %jMore, label %column, label %exit
      column:
        %jNext = add i64 %j, 1
        %rowsEnd = select i1 %upper, i64 %jNext, i64 %a4
        %tile1 = add i64 %tile0, %rowsEnd
        %jOffset = mul i64 %j, %length
        %right = getelementptr {T}, ptr %a1, i64 %jOffset
        %jSums = mul i64 %j, %a4
        br label %rows
      rows:
        %i = phi i64 [ 0, %column ], [ %iNext, %done ]
        %iOffset = mul i64 %i, %length
        %left = getelementptr {T}, ptr %a0, i64 %iOffset
        %tile = add i64 %tile0, %i
        %known = icmp slt i64 %tile, %a9
        %soonRow = select i1 %known, i64 %tile, i64 0
        %soonAt = mul i64 %soonRow, %a8
        %soon = getelementptr i8, ptr %a7, i64 %soonAt
        br label %terms
      terms:
        %v = phi i64 [ 0, %rows ], [ %vNext, %terms ]
      """;

  /// What is wanted soon is brought near: a vector at a time, of one row for each two blocks.
  private static final String PREFETCH =
      """
        %at = mul i64 %v, {block}
        %soonOffset = mul i64 %v, {lanes}
        %soonVector = getelementptr {T}, ptr %soon, i64 %soonOffset
        call void @llvm.prefetch.p0(ptr %soonVector, i32 0, i32 2, i32 1)
      """;

  private static final String TERMS_END =
      """
        %vNext = add i64 %v, 1
        %vMore = icmp slt i64 %vNext, %a3
        br i1 %vMore, label %terms, label %done
      done:
      """;

  private static final String PLACE =
      """
        %place = add i64 %jSums, %i
        %sumsAt = mul i64 %place, {sums}
        %to = getelementptr {T}, ptr %a2, i64 %sumsAt
      """;

  private static final String END =
      """
        %iNext = add i64 %i, 1
        %iMore = icmp slt i64 %iNext, %rowsEnd
        br i1 %iMore, label %rows, label %columnEnd
      columnEnd:
        br label %columns
      exit:
        ret void
      }
      declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
      declare {V} @llvm.fmuladd.{v}({V}, {V}, {V})
      """;

  private final DotText dot;
  private final StringBuilder text = new StringBuilder(HEAD);

  private MultiplyText(DotText dot) {
    this.dot = dot;
  }

  /// Adds to the sums of blocks `begin <= j < end` of the right matrix with those of the left.
  /// Arguments: left and right, packed; sums; vectors of a row; blocks of the left matrix; whether
  /// those after `j` are left out; whether the sums start here; a matrix that is wanted soon, bytes
  /// from row to row of it, its rows.
  static KernelText of(DotText dot) {
    return dot.kernel(
        "multiply",
        List.of("ptr", "ptr", "ptr", "i64", "i64", "i64", "i64", "ptr", "i64", "i64"),
        new MultiplyText(dot).body());
  }

  private String body() {
    int side = dot.side();
    int count = side * side;
    for (int s = 0; s < count; s++) {
      line("%%s%1$d = phi {V} [ zeroinitializer, %%rows ], [ %%n%1$d, %%terms ]", s);
    }
    text.append(PREFETCH);
    for (int r = 0; r < side; r++) {
      operand("left", r);
      operand("right", r);
    }
    for (int s = 0; s < count; s++) {
      line(
          "%%n%1$d = call {V} @llvm.fmuladd.{v}({V} %%left%2$d, {V} %%right%3$d, {V} %%s%1$d)",
          s, s / side, s % side);
    }
    text.append(TERMS_END);
    List<String> sums = reduced(IntStream.range(0, count).mapToObj(s -> "%n" + s).toList());
    text.append(PLACE);
    for (int s = 0; s < sums.size(); s++) {
      line("%%to%1$d = getelementptr {V}, ptr %%to, i64 %1$d", s);
      line("%%kept%1$d = load {V}, ptr %%to%1$d, align 32", s);
      line("%%old%1$d = select i1 %%fresh, {V} zeroinitializer, {V} %%kept%1$d", s);
      line("%%new%1$d = fadd {V} %%old%1$d, %2$s", s, sums.get(s));
      line("store {V} %%new%1$d, ptr %%to%1$d, align 32", s);
    }
    return text.append(END).toString();
  }

  private void line(String format, Object... values) {
    text.append("  ").append(format.formatted(values)).append('\n');
  }

  private void operand(String matrix, int r) {
    line("%%%1$sOffset%2$d = add i64 %%at, %3$d", matrix, r, r * dot.lanes());
    line("%%%1$sAt%2$d = getelementptr {T}, ptr %%%1$s, i64 %%%1$sOffset%2$d", matrix, r);
    line("%%%1$s%2$d = load {V}, ptr %%%1$sAt%2$d, align 32", matrix, r);
  }

  /// Vectors whose lanes are the sums over the lanes of these, in their order: a tree that makes
  /// one vector of the halves of two.
  private List<String> reduced(List<String> vectors) {
    List<String> level = vectors;
    int names = 0;
    for (int width = dot.lanes(); width > 1; width /= 2) {
      List<String> next = new ArrayList<>();
      for (int p = 0; p < level.size(); p += 2) {
        String y = p + 1 < level.size() ? level.get(p + 1) : "zeroinitializer";
        String name = "%t" + names;
        names++;
        half(name + "lo", level.get(p), y, width, 0);
        half(name + "hi", level.get(p), y, width, width / 2);
        line("%1$s = fadd {V} %1$slo, %1$shi", name);
        next.add(name);
      }
      level = next;
    }
    return level;
  }

  /// Of two vectors, the lanes `from <= l < from + width / 2` of each group of `width`.
  private void half(String name, String x, String y, int width, int from) {
    int half = width / 2;
    List<String> mask =
        IntStream.range(0, dot.lanes())
            .mapToObj(l -> "i32 " + (l / half * width + from + l % half))
            .toList();
    line(
        "%s = shufflevector {V} %s, {V} %s, <{lanes} x i32> <%s>",
        name, x, y, String.join(", ", mask));
  }
}
