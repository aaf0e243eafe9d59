package org.ntk4j.cuda.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.NvrtcForTests;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;
import org.ntk4j.nests.Nests;
import org.ntk4j.nests.RandomNest;

/// Kernels of loop nests become machine code.
final class NestCompileTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/NestGoldenTest");

  private static final int RANDOM_NESTS = 48;

  @Test
  void the_texts_that_are_kept_are_compiled_and_stay_in_registers() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(GOLDEN)) {
      for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
        texts.add(Files.readString(file).replace(" kernel", " kernel" + texts.size()));
      }
    }
    assertTrue(texts.size() >= 7);
    Cubin cubin = compile(texts);
    assertTrue(cubin.frameBytes().values().stream().allMatch(b -> b == 0), cubin::toString);
  }

  @Test
  void random_nests_are_compiled() {
    List<KernelText> kernels = new ArrayList<>();
    for (long seed = 1; seed <= RANDOM_NESTS; seed++) {
      NestTuning tuning = new NestTuning(seed % 2 == 0 ? 64 : 1 << 17, 1000);
      LoopNest nest = new RandomNest(seed).nest();
      kernels.addAll(NestText.of(nest, "nest" + seed, seed % 4 < 2, tuning).kernels());
    }
    Cubin cubin = compile(kernels.stream().map(KernelText::text).toList());
    assertEquals(kernels.size(), cubin.registers().size());
  }

  @Test
  void every_function_is_compiled_for_every_dtype() {
    List<String> texts = new ArrayList<>();
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I32, DType.I64)) {
      LoopNest nest = functions(dtype);
      NestText.of(nest, "functions_" + dtype, true).kernels().forEach(k -> texts.add(k.text()));
    }
    assertEquals(4, compile(texts).registers().size());
  }

  private static Cubin compile(List<String> texts) {
    String source = Prelude.text() + texts.stream().collect(Collectors.joining("\n"));
    return Cubin.of(NvrtcForTests.require().compile(source, "sm_90"));
  }

  private static LoopNest functions(DType dtype) {
    List<Primitive> ofOne = new ArrayList<>();
    List<Primitive> ofTwo = new ArrayList<>();
    if (dtype.isFloating()) {
      Stream.of(UnaryFn.values()).forEach(fn -> ofOne.add(new Unary(fn)));
      Stream.of(StepFn.values()).forEach(fn -> ofOne.add(new Step(fn)));
      LongStream.rangeClosed(-10, 10).forEach(n -> ofOne.add(new IntegerPow((int) n)));
      Stream.of(BinaryFn.values()).forEach(fn -> ofTwo.add(new Binary(fn)));
    } else {
      ofOne.addAll(List.of(new Unary(UnaryFn.ABS), new Step(StepFn.SIGN), new IntegerPow(5)));
      Stream.of(BinaryFn.values())
          .filter(fn -> fn != BinaryFn.ATAN2)
          .forEach(fn -> ofTwo.add(new Binary(fn)));
    }
    Expr x = new Load(0, dtype, Nests.index(1));
    Expr y = new Load(1, dtype, Nests.index(1));
    List<Expr> values = new ArrayList<>();
    ofOne.forEach(op -> values.add(new Apply(op, dtype, List.of(x))));
    ofTwo.forEach(op -> values.add(new Apply(op, dtype, List.of(x, y))));
    List<Slot> slots =
        new ArrayList<>(List.of(new Slot(dtype, 1000, false), new Slot(dtype, 1000, false)));
    List<Store> stores = new ArrayList<>();
    for (Expr value : values) {
      stores.add(new Store(slots.size(), Combine.SET, List.of(), Nests.index(1), value));
      slots.add(new Slot(dtype, 1000, true));
    }
    return new LoopNest(List.of(1000L), slots, stores);
  }
}
