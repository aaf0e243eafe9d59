package org.ntk4j.cpu.panel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ntk4j.cpu.jit.KernelText;

/// The kernels that copy rows or columns of a matrix, its lines, into panels; see [PanelText].
final class PackPanels {
  private static final List<String> ARGUMENTS = List.of("ptr", "i64", "ptr", "i64", "i64");

  private static final String HEAD =
      """
        %above = add i64 %a4, {lanesLess}
        %vectors = udiv i64 %above, {lanes}
        %room = mul i64 %vectors, {lanes}
        %panelBytes = mul i64 %room, {widthBytes}
        br label %panels
      panels:
        %p = phi i64 [ %begin, %entry ], [ %pNext, %panelEnd ]
        %more = icmp slt i64 %p, %end
        br i1 %more, label %panel, label %exit
      panel:
        %pNext = add i64 %p, 1
        %first = mul i64 %p, {width}
        %lines = sub i64 %a3, %first
        %place = mul i64 %p, %panelBytes
        %to = getelementptr i8, ptr %a2, i64 %place
      """;

  private static final String LOOP =
      """
        br label %terms
      terms:
        %k = phi i64 [ 0, %panel ], [ %kNext, %term ]
        %kMore = icmp slt i64 %k, %a4
        br i1 %kMore, label %term, label %panelEnd
      term:
        %kNext = add i64 %k, {step}
        %kPlace = mul i64 %k, {widthBytes}
        %toTerm = getelementptr i8, ptr %to, i64 %kPlace
      """;

  private static final String END =
      """
        br label %terms
      panelEnd:
        br label %panels
      exit:
        ret void
      }
      declare {V} @llvm.masked.load.{v}.p0(ptr, i32, {M}, {V})
      declare void @llvm.masked.store.{v}.p0({V}, ptr, i32, {M})
      """;

  private final PanelText panels;
  private final int width;
  private final StringBuilder text = new StringBuilder(HEAD);

  private PackPanels(PanelText panels, int width) {
    this.panels = panels;
    this.width = width;
  }

  /// Panels of `width` lines of which equal terms are consecutive.
  static KernelText across(PanelText panels, int width, String name) {
    return new PackPanels(panels, width).copying(name);
  }

  /// Panels of `width` lines, each of consecutive terms.
  static KernelText along(PanelText panels, int width, String name) {
    return new PackPanels(panels, width).turning(name);
  }

  private KernelText copying(String name) {
    int vectors = Math.ceilDiv(width, panels.lanes());
    limit("%lines");
    for (int v = 0; v < vectors; v++) {
      line("%%there%d = icmp slt <{lanes} x i64> %s, %%limit", v, numbers(v));
      line("%%mask%d = and {M} %%there%1$d, %s", v, inPanel(v));
    }
    line("%%from = getelementptr {T}, ptr %%a0, i64 %%first");
    text.append(LOOP.replace("{step}", "1"));
    line("%%down = mul i64 %%k, %%a1");
    line("%%fromTerm = getelementptr i8, ptr %%from, i64 %%down");
    for (int v = 0; v < vectors; v++) {
      line("%%at%d = getelementptr {V}, ptr %%fromTerm, i64 %1$d", v);
      load("%x" + v, "%at" + v, "%mask" + v);
      store("%x" + v, "%toTerm", v);
    }
    return kernel(name);
  }

  private KernelText turning(String name) {
    int groups = Math.ceilDiv(width, panels.lanes());
    text.append(LOOP.replace("{step}", "{lanes}"));
    line("%%rest = sub i64 %%a4, %%k");
    limit("%rest");
    line("%%terms1 = icmp slt <{lanes} x i64> %s, %%limit", panels.numbers(0));
    line("%%from = getelementptr {T}, ptr %%a0, i64 %%k");
    for (int group = 0; group < groups; group++) {
      turn(group);
    }
    return kernel(name);
  }

  /// Turns as many lines as a vector has lanes, for as many terms.
  private void turn(int group) {
    int lanes = panels.lanes();
    List<String> level = new ArrayList<>();
    for (int l = 0; l < lanes; l++) {
      int number = group * lanes + l;
      level.add(number < width ? loaded(number) : "zeroinitializer");
    }
    for (int distance = 1; distance < lanes; distance *= 2) {
      level = exchanged(level, distance, "g%d.%d".formatted(group, distance));
    }
    for (int term = 0; term < lanes; term++) {
      line("%%place%d.%d = getelementptr {T}, ptr %%toTerm, i64 %d", group, term, term * width);
      store(level.get(term), "%%place%d.%d".formatted(group, term), group);
    }
  }

  private String loaded(int number) {
    line("%%line%d = add i64 %%first, %1$d", number);
    line("%%is%d = icmp sgt i64 %%lines, %1$d", number);
    line("%%down%d = mul i64 %%line%1$d, %%a1", number);
    line("%%at%d = getelementptr i8, ptr %%from, i64 %%down%1$d", number);
    line("%%mask%d = select i1 %%is%1$d, {M} %%terms1, {M} zeroinitializer", number);
    load("%x" + number, "%at" + number, "%mask" + number);
    return "%x" + number;
  }

  /// Of each two vectors whose numbers differ in the bit `distance`, lanes with that bit in the
  /// first change places with those without it in the second.
  private List<String> exchanged(List<String> vectors, int distance, String prefix) {
    List<String> next = new ArrayList<>(vectors);
    for (int i = 0; i < vectors.size(); i++) {
      if ((i & distance) == 0) {
        int other = i | distance;
        String x = vectors.get(i);
        String y = vectors.get(other);
        next.set(i, shuffled("%" + prefix + "." + i, x, y, distance, false));
        next.set(other, shuffled("%" + prefix + "." + other, x, y, distance, true));
      }
    }
    return next;
  }

  private String shuffled(String name, String x, String y, int distance, boolean upper) {
    int lanes = panels.lanes();
    String mask =
        IntStream.range(0, lanes)
            .map(l -> {
              boolean ofSecond = (l & distance) != 0;
              int from = upper == ofSecond ? l : l ^ distance;
              return ofSecond ? lanes + from : from;
            })
            .mapToObj(from -> "i32 " + from)
            .collect(Collectors.joining(", "));
    line("%s = shufflevector {V} %s, {V} %s, <{lanes} x i32> <%s>", name, x, y, mask);
    return name;
  }

  /// `%limit`: a vector of this number.
  private void limit(String value) {
    line("%%limit1 = insertelement <{lanes} x i64> poison, i64 %s, i64 0", value);
    line(
        "%%limit = shufflevector <{lanes} x i64> %%limit1, <{lanes} x i64> poison,"
            + " <{lanes} x i32> zeroinitializer");
  }

  private void load(String name, String address, String mask) {
    line(
        "%s = call {V} @llvm.masked.load.{v}.p0(ptr %s, i32 {size}, {M} %s, {V} zeroinitializer)",
        name, address, mask);
  }

  /// Stores those lanes of vector `v` of a panel's row that are in the panel.
  private void store(String value, String row, int v) {
    line("%%into%s = getelementptr {V}, ptr %s, i64 %d", value.substring(1), row, v);
    line(
        "call void @llvm.masked.store.{v}.p0({V} %s, ptr %%into%s, i32 {size}, {M} %s)",
        value, value.substring(1), inPanel(v));
  }

  private String numbers(int v) {
    return panels.numbers(v * panels.lanes());
  }

  private String inPanel(int v) {
    return panels.mask(width - v * panels.lanes());
  }

  private void line(String format, Object... values) {
    text.append("  ").append(format.formatted(values)).append('\n');
  }

  private KernelText kernel(String name) {
    text.append(END);
    String body = text.toString().replace("{lanesLess}", Integer.toString(panels.lanes() - 1));
    return panels.template(width).kernel(name, ARGUMENTS, body);
  }
}
