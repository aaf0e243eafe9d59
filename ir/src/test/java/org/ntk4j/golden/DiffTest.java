package org.ntk4j.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiffTest {
  @Test
  void a_changed_line_is_shown_between_its_neighbours() {
    assertEquals(" a\n-b\n+x\n c\n", Diff.of(List.of("a", "b", "c"), List.of("a", "x", "c")));
  }

  @Test
  void added_and_removed_lines_do_not_shift_the_rest() {
    assertEquals("+z\n a\n b\n-c\n", Diff.of(List.of("a", "b", "c"), List.of("z", "a", "b")));
  }

  @Test
  void equal_texts_have_no_difference() {
    assertEquals("...\n", Diff.of(List.of("a"), List.of("a")));
  }

  @Test
  void long_runs_of_common_lines_are_left_out() {
    List<String> same = Collections.nCopies(9, "s");
    var other = new ArrayList<>(same);
    other.add("t");
    assertEquals("...\n s\n s\n s\n+t\n", Diff.of(same, other));
  }
}
