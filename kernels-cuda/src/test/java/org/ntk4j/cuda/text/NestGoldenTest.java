package org.ntk4j.cuda.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.nests.Nests.apply;
import static org.ntk4j.nests.Nests.below;
import static org.ntk4j.nests.Nests.computed;
import static org.ntk4j.nests.Nests.constant;
import static org.ntk4j.nests.Nests.extents;
import static org.ntk4j.nests.Nests.index;
import static org.ntk4j.nests.Nests.load;
import static org.ntk4j.nests.Nests.nest;
import static org.ntk4j.nests.Nests.slots;
import static org.ntk4j.nests.Nests.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// The text of a few loop nests.
final class NestGoldenTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden/NestGoldenTest");

  @Test
  void chain(TestInfo test) {
    Expr difference = apply(new Sub(), apply(new Mul(), load(0, 1), load(1, 1)), constant(2));
    Expr value = apply(new Unary(UnaryFn.TANH), difference);
    assertMatches(
        test, nest(extents(1L << 20), slots(1 << 20, 1 << 20, 1 << 20), set(2, value, 1)));
  }

  @Test
  void sums_of_rows(TestInfo test) {
    Store sum = store(Combine.ADD, 1, load(0, 300, 1), 1, 0);
    assertMatches(test, nest(extents(20_000L, 300L), slots(6_000_000, 20_000), sum));
  }

  @Test
  void sums_of_columns(TestInfo test) {
    Store sum = store(Combine.ADD, 1, load(0, 300, 1), 0, 1);
    assertMatches(test, nest(extents(2000L, 300L), slots(600_000, 300), sum));
  }

  @Test
  void a_total(TestInfo test) {
    Store sum = store(Combine.MAX, 1, load(0, 1), 0);
    assertMatches(test, nest(extents(1L << 22), slots(1 << 22, 1), sum));
  }

  @Test
  void a_transposed_operand(TestInfo test) {
    Expr value = apply(new Add(), load(0, 300, 1), load(1, 1, 200));
    assertMatches(
        test, nest(extents(200L, 300L), slots(60_000, 60_000, 60_000), set(2, value, 300, 1)));
  }

  @Test
  void rows_by_number(TestInfo test) {
    Expr id = new Load(1, DType.I32, index(1, 0));
    Index row = computed(id, 64, index(0, 1));
    Expr value = new Guarded(List.of(below(id, 2, 1000)), new Load(0, DType.F32, row), constant(0));
    List<Slot> slots =
        List.of(
            new Slot(DType.F32, 64_000, false),
            new Slot(DType.I32, 500, false),
            new Slot(DType.F32, 32_000, true));
    assertMatches(test, nest(extents(500L, 64L), slots, set(2, value, 64, 1)));
  }

  @Test
  void added_to_rows_by_number(TestInfo test) {
    Expr id = new Load(1, DType.I32, index(1, 0));
    Index row = computed(id, 64, index(0, 1));
    List<Slot> slots =
        List.of(
            new Slot(DType.F32, 32_000, false),
            new Slot(DType.I32, 500, false),
            new Slot(DType.F32, 64_000, true));
    Store sum = new Store(2, Combine.ADD, List.of(below(id, 2, 1000)), row, load(0, 64, 1));
    assertMatches(test, nest(extents(500L, 64L), slots, sum));
  }

  private static Store set(int slot, Expr value, long... coefficients) {
    return store(Combine.SET, slot, value, coefficients);
  }

  private static String text(KernelText kernel) {
    return "%s// %s, arguments %s\n".formatted(kernel.text(), kernel.launch(), kernel.arguments());
  }

  private static void assertMatches(TestInfo test, LoopNest nest) {
    String name = test.getTestMethod().orElseThrow().getName();
    List<KernelText> kernels = NestText.of(nest, "kernel", true).kernels();
    String found = kernels.stream().map(NestGoldenTest::text).collect(Collectors.joining("\n"));
    Path file = DIRECTORY.resolve(name + ".cu");
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(DIRECTORY);
        Files.writeString(file, found);
        return;
      }
      String expected = Files.exists(file) ? Files.readString(file) : "";
      assertEquals(
          expected,
          found,
          file
              + " differs; to accept what was found: ./check -pl kernels-cuda -am"
              + " -Dtest=NestGoldenTest -Dsurefire.failIfNoSpecifiedTests=false"
              + " -Dgolden.update=true\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
