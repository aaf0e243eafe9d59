package org.ntk4j.golden;

import java.util.ArrayList;
import java.util.List;

/// The difference of two texts: lines of both as ` line`, of the first only as `-line`, of the
/// second only as `+line`; long runs of common lines are left out.
public final class Diff {
  private static final int CONTEXT = 3;

  private final List<String> a;
  private final List<String> b;

  /// `common[i][j]`: length of the longest common subsequence of `a[i..]` and `b[j..]`.
  private final int[][] common;

  private Diff(List<String> a, List<String> b) {
    this.a = a;
    this.b = b;
    common = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        common[i][j] =
            a.get(i).equals(b.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
  }

  public static String of(List<String> a, List<String> b) {
    return shorten(new Diff(a, b).lines());
  }

  private List<String> lines() {
    var lines = new ArrayList<String>();
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
        lines.add(" " + a.get(i));
        i++;
        j++;
      } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add("-" + a.get(i++));
      } else {
        lines.add("+" + b.get(j++));
      }
    }
    return lines;
  }

  private static String shorten(List<String> lines) {
    var text = new StringBuilder();
    boolean left = false;
    for (int i = 0; i < lines.size(); i++) {
      int from = Math.max(0, i - CONTEXT);
      int to = Math.min(lines.size(), i + CONTEXT + 1);
      if (lines.subList(from, to).stream().anyMatch(l -> !l.startsWith(" "))) {
        text.append(lines.get(i)).append('\n');
        left = false;
      } else if (!left) {
        text.append("...\n");
        left = true;
      }
    }
    return text.toString();
  }
}
