package org.ntk4j.cpu.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.io.FileCache;
import org.ntk4j.cpu.jit.MathText.Definition;

/// Kernels `z[i] = f(x[i], y[i])`, for tests.
final class Loops {
  private static final Jit JIT = jit(Host.of(Llvm.find().orElseThrow()));

  private static final String TEXT =
      """
      define void @map(ptr %args, i64 %begin, i64 %end) {
      entry:
        %xs = load ptr, ptr %args
        %yslot = getelementptr ptr, ptr %args, i64 1
        %ys = load ptr, ptr %yslot
        %zslot = getelementptr ptr, ptr %args, i64 2
        %zs = load ptr, ptr %zslot
        %any = icmp slt i64 %begin, %end
        br i1 %any, label %loop, label %done
      loop:
        %i = phi i64 [ %begin, %entry ], [ %next, %loop ]
        %xat = getelementptr inbounds TYPE, ptr %xs, i64 %i
        %x = load TYPE, ptr %xat
        %yat = getelementptr inbounds TYPE, ptr %ys, i64 %i
        %y = load TYPE, ptr %yat
        %z = CALL
        %zat = getelementptr inbounds TYPE, ptr %zs, i64 %i
        store TYPE %z, ptr %zat
        %next = add nsw i64 %i, 1
        %more = icmp slt i64 %next, %end
        br i1 %more, label %loop, label %done
      done:
        ret void
      }
      """;

  private Loops() {}

  /// Nothing is kept on disk: what is tested is what this machine compiles now.
  static Jit jit(Host host) {
    return new Jit(Llvm.find().orElseThrow(), host, new FileCache(Optional.empty(), ".o", 0));
  }

  static KernelText unary(Definition f) {
    return text(f, f.call("%x"));
  }

  static KernelText binary(Definition f) {
    return text(f, f.call("%x", "%y"));
  }

  private static KernelText text(Definition f, String call) {
    String loop = TEXT.replace("TYPE", f.type()).replace("CALL", call);
    return new KernelText("map", f.text() + loop);
  }

  /// The results, as doubles, of a kernel on numbers that are rounded to `dtype`.
  static double[] run(KernelText text, DType dtype, double[] x, double[] y) {
    return run(JIT, text, dtype, x, y);
  }

  static double[] run(Jit jit, KernelText text, DType dtype, double[] x, double[] y) {
    try (CompiledModule module = jit.compile(List.of(text));
        Arena arena = Arena.ofConfined()) {
      MemorySegment xs = segment(arena, dtype, x);
      MemorySegment ys = segment(arena, dtype, y);
      MemorySegment zs = arena.allocate(x.length * (long) dtype.sizeBytes(), 64);
      MemorySegment args =
          arena.allocateFrom(ValueLayout.JAVA_LONG, xs.address(), ys.address(), zs.address());
      module.kernel("map").call(args, 0, x.length);
      double[] z = new double[x.length];
      for (int i = 0; i < z.length; i++) {
        z[i] =
            dtype == DType.F64
                ? zs.getAtIndex(ValueLayout.JAVA_DOUBLE, i)
                : zs.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      }
      return z;
    }
  }

  private static MemorySegment segment(Arena arena, DType dtype, double[] x) {
    MemorySegment s = arena.allocate(x.length * (long) dtype.sizeBytes(), 64);
    for (int i = 0; i < x.length; i++) {
      if (dtype == DType.F64) {
        s.setAtIndex(ValueLayout.JAVA_DOUBLE, i, x[i]);
      } else {
        s.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) x[i]);
      }
    }
    return s;
  }

  /// The results of a kernel on integers.
  static long[] run(KernelText text, DType dtype, long[] x, long[] y) {
    try (CompiledModule module = JIT.compile(List.of(text));
        Arena arena = Arena.ofConfined()) {
      MemorySegment xs = segment(arena, dtype, x);
      MemorySegment ys = segment(arena, dtype, y);
      MemorySegment zs = segment(arena, dtype, x);
      MemorySegment args =
          arena.allocateFrom(ValueLayout.JAVA_LONG, xs.address(), ys.address(), zs.address());
      module.kernel("map").call(args, 0, x.length);
      long[] z = new long[x.length];
      for (int i = 0; i < z.length; i++) {
        z[i] =
            dtype == DType.I64
                ? zs.getAtIndex(ValueLayout.JAVA_LONG, i)
                : zs.getAtIndex(ValueLayout.JAVA_INT, i);
      }
      return z;
    }
  }

  private static MemorySegment segment(Arena arena, DType dtype, long[] x) {
    MemorySegment s = arena.allocate(x.length * (long) dtype.sizeBytes(), 64);
    for (int i = 0; i < x.length; i++) {
      if (dtype == DType.I64) {
        s.setAtIndex(ValueLayout.JAVA_LONG, i, x[i]);
      } else {
        s.setAtIndex(ValueLayout.JAVA_INT, i, (int) x[i]);
      }
    }
    return s;
  }
}
