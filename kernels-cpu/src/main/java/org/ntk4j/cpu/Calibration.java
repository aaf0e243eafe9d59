package org.ntk4j.cpu;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cpu.library.Multipliers;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.text.Parser;

/// Measures the rates of this machine: a few programs, each timed some times, less than a second in
/// all.
final class Calibration {
  private static final int REPETITIONS = 4;

  /// For the runs of one program, of which one counts in any case.
  private static final long NANOS_MAX = 60_000_000;

  /// Values that are drawn; longer tensors hold them again and again.
  private static final long DRAWN = 4096;

  private static final String SQUARE =
      """
      program(a:%1$s[768,768], b:%1$s[768,768]) {
        c:%1$s[768,768] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b
        return c
      }
      """;

  private static final String THIN =
      """
      program(a:f32[64,24,1024], b:f32[64,24,1024]) {
        c:f32[64,24,24] = contract[lhsBatch=[0] rhsBatch=[0] lhsContract=[2] rhsContract=[2]] a b
        return c
      }
      """;

  private static final String CONVOLUTION =
      """
      program(a:f32[16,32,32,64], b:f32[3,3,64,64]) {
        c:f32[16,32,32,64] = conv[dims=(xBatch=0 xFeature=3 xSpatial=[1,2] wIn=2 wOut=3 \
      wSpatial=[0,1] yBatch=0 yFeature=3 ySpatial=[1,2]) strides=[1,1] padLo=[1,1] padHi=[1,1] \
      lhsDilation=[1,1] rhsDilation=[1,1] featureGroups=1 batchGroups=1] a b
        return c
      }
      """;

  private static final String COPY =
      """
      program(a:f32[12582912]) {
        b:f32[12582912] = neg a
        return b
      }
      """;

  private static final String ARITHMETIC =
      """
      program(a:f32[65536], b:f32[65536]) {
        c:f32[65536] = mul a b
        d:f32[65536] = sub c a
        e:f32[65536] = mul d d
        f:f32[65536] = add e b
        g:f32[65536] = mul f c
        h:f32[65536] = sub g e
        return h
      }
      """;

  /// Loads, stores and operations of an element of [#ARITHMETIC].
  private static final double OPERATIONS = 65536.0 * 9;

  private static final String NOTHING =
      """
      program(a:f32[]) {
        b:f32[] = neg a
        return b
      }
      """;

  private final CpuCompiler compiler;

  private Calibration(CpuCompiler compiler) {
    this.compiler = compiler;
  }

  static Rates measure(CpuCompiler compiler) {
    return new Calibration(compiler).rates();
  }

  private Rates rates() {
    double cube = 2 * Math.pow(768, 3);
    double product = cube / seconds(SQUARE.formatted("f32"));
    double productF64 = cube / seconds(SQUARE.formatted("f64"));
    double thin = 2.0 * 64 * 24 * 24 * 1024 / seconds(THIN);
    double convolution = 2.0 * 16 * 32 * 32 * 64 * 64 * 9 / seconds(CONVOLUTION);
    double bytes = 2.0 * 4 * 12582912 / seconds(COPY);
    double operations = OPERATIONS / seconds(ARITHMETIC);
    double step = seconds(NOTHING);
    return new Rates(
        product, productF64, halfSide(product, thin), convolution, operations, bytes, step);
  }

  /// `h` with `thin = product · 24 / 2h`.
  private static double halfSide(double product, double thin) {
    return Math.clamp(12 * product / thin, 1, 128);
  }

  /// The shortest time of a run of the program with this text.
  private double seconds(String text) {
    Program p = Parser.parse(text);
    try (TensorScope scope = TensorScope.open();
        CompiledProgram compiled = compiler.compile(p, Calibration::multipliers)) {
      List<Tensor> arguments = p.inputAvals().stream().map(aval -> values(aval, scope)).toList();
      List<Tensor> results = compiled.run(arguments, scope);
      double shortest = Double.POSITIVE_INFINITY;
      long first = System.nanoTime();
      for (int i = 0; i < REPETITIONS; i++) {
        long start = System.nanoTime();
        if (i > 0 && start - first > NANOS_MAX) {
          break;
        }
        compiled.run(arguments, results);
        shortest = Math.min(shortest, (System.nanoTime() - start) * 1e-9);
      }
      return Math.max(shortest, 1e-7);
    }
  }

  /// Who multiplies `f64` fastest is not tried before it is needed: its rate is that of the usual
  /// ones.
  private static Multipliers multipliers(DType dtype) {
    return dtype == DType.F32 ? KnownMultipliers.here(dtype) : KnownMultipliers.usual();
  }

  private static Tensor values(Aval aval, TensorScope scope) {
    Tensor drawn = RandomKey.of(1).uniform(aval.dtype(), Shape.of(DRAWN));
    Tensor values = scope.allocate(aval.dtype(), aval.shape());
    MemorySegment to = values.segment();
    for (long at = 0; at < to.byteSize(); at += drawn.segment().byteSize()) {
      long bytes = Math.min(drawn.segment().byteSize(), to.byteSize() - at);
      MemorySegment.copy(drawn.segment(), 0, to, at, bytes);
    }
    return values;
  }
}
