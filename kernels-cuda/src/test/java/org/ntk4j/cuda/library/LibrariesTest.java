package org.ntk4j.cuda.library;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LibrariesTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void what_presets_are_linked_with_is_opened_after_what_it_needs_itself() {
    List<String> cublas = List.of("libcublasLt.so.13", "libcublas.so.13");
    assertEquals(cublas, Libraries.ofProducts().stream().map(List::getFirst).toList());
    assertEquals(
        List.of(
            "libcublasLt.so.13",
            "libcublas.so.13",
            "libcudnn_graph.so.9",
            "libcudnn_ops.so.9",
            "libcudnn_cnn.so.9",
            "libcudnn_adv.so.9",
            "libcudnn.so.9"),
        Libraries.ofConvolutions().stream().map(List::getFirst).toList());
  }
}
