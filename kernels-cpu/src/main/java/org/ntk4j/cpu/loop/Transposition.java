package org.ntk4j.cpu.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;

/// A function in LLVM IR that transposes a matrix: `target[j, i] = source[i, j]`, by blocks that
/// fit the vector registers; what remains at the edges is masked.
///
/// Its parameters are `ptr source, i64 sourceStride, ptr target, i64 targetStride, i64 rows, i64
/// columns`, all in elements; rows and columns are those of the source.
final class Transposition {
  private static final Map<Integer, String> TEXTS = new ConcurrentHashMap<>();

  private final String name;
  private final int size;
  private final String type;
  private final String vector;
  private final String mask;
  private final StringBuilder text = new StringBuilder();

  private Transposition(DType dtype) {
    this.name = name(dtype);
    this.size = 64 / dtype.sizeBytes();
    this.type = "i" + 8 * dtype.sizeBytes();
    this.vector = "<" + size + " x " + type + ">";
    this.mask = "<" + size + " x i1>";
  }

  /// The name for elements of `dtype`, which is not `bool`.
  static String name(DType dtype) {
    return "ntk4j.transpose." + 8 * dtype.sizeBytes();
  }

  static String text(DType dtype) {
    return TEXTS.computeIfAbsent(dtype.sizeBytes(), _ -> new Transposition(dtype).text());
  }

  private String text() {
    text.append(
        HEAD.replace("<name>", name)
            .replace("<size>", Integer.toString(size))
            .replace("<type>", type));
    block("f", false);
    line("br label %next");
    text.append("slow:\n");
    line("%columnCount = trunc i64 %columnsLeft to i32");
    line("%rowCount = trunc i64 %rowsLeft to i32");
    lanes("columnMask", "columnCount");
    lanes("rowMask", "rowCount");
    block("m", true);
    return text.append(TAIL.replace("<size>", Integer.toString(size))).toString();
  }

  private void line(String instruction) {
    text.append("  ").append(instruction).append('\n');
  }

  /// A mask of the first `%count` lanes.
  private void lanes(String name, String count) {
    String lanes =
        IntStream.range(0, size).mapToObj(l -> "i32 " + l).collect(Collectors.joining(", "));
    String ints = "<" + size + " x i32>";
    line("%" + name + "0 = insertelement " + ints + " poison, i32 %" + count + ", i32 0");
    line(
        "%"
            + name
            + "1 = shufflevector "
            + ints
            + " %"
            + name
            + "0, "
            + ints
            + " poison, "
            + ints
            + " zeroinitializer");
    line("%" + name + " = icmp slt " + ints + " <" + lanes + ">, %" + name + "1");
  }

  /// One block, its registers named with `prefix`.
  private void block(String prefix, boolean masked) {
    List<String> rows = new ArrayList<>();
    for (int k = 0; k < size; k++) {
      rows.add(load(prefix, k, masked));
    }
    for (int step = 1; step < size; step *= 2) {
      rows = exchange(prefix, rows, step);
    }
    for (int k = 0; k < size; k++) {
      store(prefix, k, rows.get(k), masked);
    }
  }

  /// Row `k` of the source.
  private String load(String prefix, int k, boolean masked) {
    String from = "ptr " + pointer(prefix + "s" + k, k, "%from", "%sourceStride");
    String row = "%" + prefix + "r" + k;
    if (masked) {
      String active = active(prefix + "a" + k, k, "%rowCount", "%columnMask");
      String lanes = ", i32 " + align() + ", " + mask + " " + active + ", " + vector + " poison)";
      line(row + " = call " + vector + " @llvm.masked.load." + suffix() + ".p0(" + from + lanes);
    } else {
      line(row + " = load " + vector + ", " + from + ", align " + align());
    }
    return row;
  }

  /// `row` as row `k` of the target.
  private void store(String prefix, int k, String row, boolean masked) {
    String at = pointer(prefix + "t" + k, k, "%to", "%targetStride");
    String to = vector + " " + row + ", ptr " + at;
    if (masked) {
      String active = active(prefix + "b" + k, k, "%columnCount", "%rowMask");
      String lanes = ", i32 " + align() + ", " + mask + " " + active + ")";
      line("call void @llvm.masked.store." + suffix() + ".p0(" + to + lanes);
    } else {
      line("store " + to + ", align " + align());
    }
  }

  private String pointer(String name, int k, String base, String stride) {
    line("%" + name + "o = mul nsw i64 " + stride + ", " + k);
    line("%" + name + " = getelementptr " + type + ", ptr " + base + ", i64 %" + name + "o");
    return "%" + name;
  }

  /// The mask if `k` is less than the count, else none.
  private String active(String name, int k, String count, String lanes) {
    line("%" + name + "c = icmp sgt i32 " + count + ", " + k);
    line(
        "%"
            + name
            + " = select i1 %"
            + name
            + "c, "
            + mask
            + " "
            + lanes
            + ", "
            + mask
            + " zeroinitializer");
    return "%" + name;
  }

  /// Swaps bit `step` of the number of the row with that of the lane.
  private List<String> exchange(String prefix, List<String> rows, int step) {
    List<String> result = new ArrayList<>();
    for (int k = 0; k < size; k++) {
      boolean upper = (k & step) != 0;
      String low = rows.get(k & ~step);
      String high = rows.get(k | step);
      String lanes =
          IntStream.range(0, size)
              .map(l -> (l & step) == 0 ? (upper ? l + step : l) : size + (upper ? l : l - step))
              .mapToObj(l -> "i32 " + l)
              .collect(Collectors.joining(", "));
      String name = "%" + prefix + "x" + step + "_" + k;
      line(
          name
              + " = shufflevector "
              + vector
              + " "
              + low
              + ", "
              + vector
              + " "
              + high
              + ", <"
              + size
              + " x i32> <"
              + lanes
              + ">");
      result.add(name);
    }
    return result;
  }

  private String suffix() {
    return "v" + size + type;
  }

  private int align() {
    return 64 / size;
  }

  private static final String HEAD =
      """
      define internal void @<name>(ptr noalias nocapture readonly %source, i64 %sourceStride, \
      ptr noalias nocapture %target, i64 %targetStride, i64 %rows, i64 %columns) noinline nounwind {
      entry:
        br label %across
      across:
        %j = phi i64 [ 0, %entry ], [ %jNext, %acrossLatch ]
        %columnsLeft = sub nsw i64 %columns, %j
        %enoughColumns = icmp sge i64 %columnsLeft, <size>
        br label %down
      down:
        %i = phi i64 [ 0, %across ], [ %iNext, %next ]
        %rowsLeft = sub nsw i64 %rows, %i
        %enoughRows = icmp sge i64 %rowsLeft, <size>
        %fromRow = mul nsw i64 %i, %sourceStride
        %fromAt = add nsw i64 %fromRow, %j
        %from = getelementptr <type>, ptr %source, i64 %fromAt
        %toRow = mul nsw i64 %j, %targetStride
        %toAt = add nsw i64 %toRow, %i
        %to = getelementptr <type>, ptr %target, i64 %toAt
        %whole = and i1 %enoughColumns, %enoughRows
        br i1 %whole, label %fast, label %slow
      fast:
      """;

  private static final String TAIL =
      """
        br label %next
      next:
        %iNext = add nuw nsw i64 %i, <size>
        %moreRows = icmp slt i64 %iNext, %rows
        br i1 %moreRows, label %down, label %acrossLatch
      acrossLatch:
        %jNext = add nuw nsw i64 %j, <size>
        %moreColumns = icmp slt i64 %jNext, %columns
        br i1 %moreColumns, label %across, label %done
      done:
        ret void
      }
      """;
}
