package org.ntk4j.cpu.panel;

import java.util.List;
import org.ntk4j.cpu.jit.KernelText;

/// The kernel that multiplies panels; see [PanelText].
final class MultiplyPanels {
  private static final String HEAD =
      """
        %reads = icmp ne i64 %a9, 0
        %readMask1 = insertelement {M} poison, i1 %reads, i64 0
        %readMask = shufflevector {M} %readMask1, {M} poison, <{lanes} x i32> zeroinitializer
        %alpha1 = insertelement {V} poison, {T} %a10, i64 0
        %alpha = shufflevector {V} %alpha1, {V} poison, <{lanes} x i32> zeroinitializer
        %beta1 = insertelement {V} poison, {T} %a11, i64 0
        %beta = shufflevector {V} %beta1, {V} poison, <{lanes} x i32> zeroinitializer
        br label %rows
      rows:
        %i = phi i64 [ %begin, %entry ], [ %iNext, %rowsEnd ]
        %iMore = icmp slt i64 %i, %end
        br i1 %iMore, label %row, label %exit
      row:
        %iNext = add i64 %i, 1
        %leftOffset = mul i64 %i, %a4
        %left = getelementptr i8, ptr %a0, i64 %leftOffset
        %iFirst = mul i64 %i, {rows}
        %height = sub i64 %a7, %iFirst
        %rowOffset = mul i64 %iFirst, %a6
        %resultRow = getelementptr i8, ptr %a2, i64 %rowOffset
        br label %columns
      columns:
        %j = phi i64 [ 0, %row ], [ %jNext, %columnEnd ]
        %jFirst = mul i64 %j, {columns}
        %width = sub i64 %a8, %jFirst
        %jMore = icmp sgt i64 %width, 0
        br i1 %jMore, label %column, label %rowsEnd
      column:
        %jNext = add i64 %j, 1
        %rightOffset = mul i64 %j, %a5
        %right = getelementptr i8, ptr %a1, i64 %rightOffset
        %result = getelementptr {T}, ptr %resultRow, i64 %jFirst
        br label %terms
      terms:
        %k = phi i64 [ 0, %column ], [ %kNext, %terms ]
        %l = phi ptr [ %left, %column ], [ %lNext, %terms ]
        %r = phi ptr [ %right, %column ], [ %rNext, %terms ]
      """;

  private static final String TERMS_END =
      """
        %lNext = getelementptr {T}, ptr %l, i64 {rows}
        %rNext = getelementptr {T}, ptr %r, i64 {columns}
        %kNext = add i64 %k, 1
        %kMore = icmp slt i64 %kNext, %a3
        br i1 %kMore, label %terms, label %store0
      """;

  private static final String END =
      """
      columnEnd:
        br label %columns
      rowsEnd:
        br label %rows
      exit:
        ret void
      }
      declare {V} @llvm.fmuladd.{v}({V}, {V}, {V})
      declare {V} @llvm.masked.load.{v}.p0(ptr, i32, {M}, {V})
      declare void @llvm.masked.store.{v}.p0({V}, ptr, i32, {M})
      """;

  private final PanelText panels;
  private final StringBuilder text = new StringBuilder(HEAD);

  private MultiplyPanels(PanelText panels) {
    this.panels = panels;
  }

  /// The kernel behind [org.ntk4j.cpu.library.PanelKernel#multiply].
  static KernelText of(PanelText panels) {
    List<String> arguments =
        List.of("ptr", "ptr", "ptr", "i64", "i64", "i64", "i64", "i64", "i64", "i64", "{T}", "{T}");
    return panels
        .template(panels.rows())
        .kernel("multiply", arguments, new MultiplyPanels(panels).body());
  }

  private String body() {
    for (int r = 0; r < panels.rows(); r++) {
      for (int v = 0; v < PanelText.VECTORS; v++) {
        line("%%s%d.%d = phi {V} [ zeroinitializer, %%column ], [ %%n%1$d.%2$d, %%terms ]", r, v);
      }
    }
    for (int v = 0; v < PanelText.VECTORS; v++) {
      line("%%rightAt%d = getelementptr {V}, ptr %%r, i64 %1$d", v);
      line("%%y%d = load {V}, ptr %%rightAt%1$d, align {vectorBytes}", v);
    }
    for (int r = 0; r < panels.rows(); r++) {
      multiplyRow(r);
    }
    text.append(TERMS_END);
    for (int r = 0; r < panels.rows(); r++) {
      storeRow(r);
    }
    return text.append(END).toString();
  }

  private void multiplyRow(int r) {
    line("%%leftAt%d = getelementptr {T}, ptr %%l, i64 %1$d", r);
    line("%%e%d = load {T}, ptr %%leftAt%1$d, align {size}", r);
    line("%%one%d = insertelement {V} poison, {T} %%e%1$d, i64 0", r);
    line("%%x%d = shufflevector {V} %%one%1$d, {V} poison, <{lanes} x i32> zeroinitializer", r);
    for (int v = 0; v < PanelText.VECTORS; v++) {
      line(
          "%%n%d.%d = call {V} @llvm.fmuladd.{v}({V} %%x%1$d, {V} %%y%2$d, {V} %%s%1$d.%2$d)",
          r, v);
    }
  }

  private void storeRow(int r) {
    text.append("store%d:\n".formatted(r));
    if (r == 0) {
      masks();
    }
    line("%%offset%d = mul i64 %%a6, %1$d", r);
    line("%%at%d = getelementptr i8, ptr %%result, i64 %%offset%1$d", r);
    for (int v = 0; v < PanelText.VECTORS; v++) {
      line("%%to%d.%d = getelementptr {V}, ptr %%at%1$d, i64 %2$d", r, v);
      line(
          "%%old%d.%d = call {V} @llvm.masked.load.{v}.p0("
              + "ptr %%to%1$d.%2$d, i32 {size}, {M} %%read%2$d, {V} zeroinitializer)",
          r, v);
      line("%%scaled%d.%d = fmul {V} %%n%1$d.%2$d, %%alpha", r, v);
      line(
          "%%new%d.%d = call {V} @llvm.fmuladd.{v}("
              + "{V} %%old%1$d.%2$d, {V} %%beta, {V} %%scaled%1$d.%2$d)",
          r, v);
      line(
          "call void @llvm.masked.store.{v}.p0("
              + "{V} %%new%d.%d, ptr %%to%1$d.%2$d, i32 {size}, {M} %%mask%2$d)",
          r, v);
    }
    if (r + 1 < panels.rows()) {
      line("%%more%d = icmp sgt i64 %%height, %d", r, r + 1);
      line("br i1 %%more%d, label %%store%d, label %%columnEnd", r, r + 1);
    } else {
      line("br label %%columnEnd");
    }
  }

  /// Which columns there are, and which are read.
  private void masks() {
    line("%%limit1 = insertelement <{lanes} x i64> poison, i64 %%width, i64 0");
    line(
        "%%limit = shufflevector <{lanes} x i64> %%limit1, <{lanes} x i64> poison,"
            + " <{lanes} x i32> zeroinitializer");
    for (int v = 0; v < PanelText.VECTORS; v++) {
      line(
          "%%mask%d = icmp slt <{lanes} x i64> %s, %%limit", v, panels.numbers(v * panels.lanes()));
      line("%%read%d = and {M} %%mask%1$d, %%readMask", v);
    }
  }

  private void line(String format, Object... values) {
    text.append("  ").append(format.formatted(values)).append('\n');
  }
}
