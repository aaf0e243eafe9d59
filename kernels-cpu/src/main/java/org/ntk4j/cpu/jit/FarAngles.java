package org.ntk4j.cpu.jit;

import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.Instructions.Value;

/// The sine, cosine and tangent of angles that are too large for [Trigonometry]: those of the C
/// library, one by one.
///
/// A loop with calls would not become vectors. So the call is of a function that has variants of
/// its own for vectors, which LLVM's vectorizer puts in its place, and which are inlined after it:
/// what remains in the loop is a test whether an angle of a vector is large.
final class FarAngles {
  /// Angles up to this size are not large.
  static final double NEAR_MAX = 0x1p49;

  private static final int LANES_MAX = 16;

  private final String name;
  private final String type;
  private final String suffix;
  private final String function;

  private FarAngles(String function, DType dtype) {
    this.function = function;
    this.name = "ntk4j.far." + function + "." + dtype;
    this.type = LlvmType.of(dtype);
    this.suffix = dtype == DType.F64 ? "f64" : "f32";
  }

  /// `near`, or where `|x|` is large, the function's value at `x`.
  static Value of(Real e, String function, Value x, Value near) {
    DType dtype = e.pick(DType.F32, DType.F64);
    return e.call(new FarAngles(function, dtype).name, x, near);
  }

  /// The definitions of what the call needs.
  static String text(String function, DType dtype) {
    FarAngles far = new FarAngles(function, dtype);
    StringBuilder text = new StringBuilder(far.scalar());
    for (int lanes = 2; lanes <= LANES_MAX; lanes *= 2) {
      text.append(far.tested(lanes)).append(far.each(lanes));
    }
    return text.toString();
  }

  /// Keeps its variants, which nothing calls before loops are vectors, by taking their addresses.
  private String scalar() {
    StringBuilder variants = new StringBuilder();
    StringBuilder addresses = new StringBuilder();
    StringBuilder registers = new StringBuilder();
    for (int lanes = 2; lanes <= LANES_MAX; lanes *= 2) {
      String separator = lanes == 2 ? "" : ",";
      String variant = name + "." + lanes;
      variants.append(separator).append("_ZGV_LLVM_M" + lanes + "vv_" + name + "(" + variant + ")");
      addresses.append(separator).append("ptr @").append(variant);
      registers.append(separator).append('r');
    }
    return """
    define internal T @NAME(T %x, T %y) noinline nounwind willreturn memory(none) \
    "vector-function-abi-variant"="VARIANTS" {
      %a = call T @llvm.fabs.SUFFIX(T %x)
      %far = fcmp ogt T %a, LIMIT
      br i1 %far, label %slow, label %done
    slow:
      call void asm sideeffect "", "REGISTERS"(ADDRESSES)
    VALUE
      ret T %z
    done:
      ret T %y
    }
    """
        .replace("VARIANTS", variants)
        .replace("REGISTERS", registers)
        .replace("ADDRESSES", addresses)
        .replace("VALUE", value("%x"))
        .replace("SUFFIX", suffix)
        .replace("NAME", name)
        .replace("LIMIT", limit())
        .replaceAll("\\bT\\b", type);
  }

  /// `%z`, by the C library.
  private String value(String x) {
    String call = "call double @llvm." + function + ".f64(double ";
    return type.equals("double")
        ? "  %z = " + call + x + ")"
        : "  %w = fpext float "
            + x
            + " to double\n"
            + "  %v = "
            + call
            + "%w)\n"
            + "  %z = fptrunc double %v to float";
  }

  private String limit() {
    return LlvmType.constant(type.equals("double") ? DType.F64 : DType.F32, NEAR_MAX);
  }

  /// The variant for vectors: lanes that are masked out may be anything.
  private String tested(int lanes) {
    return """
    define internal VT @NAME.LANES(VT %x, VT %y, VB %mask) alwaysinline nounwind {
    entry:
      %a = call VT @llvm.fabs.vLANESSUFFIX(VT %x)
      %above = fcmp ogt VT %a, splat (T LIMIT)
      %far = select VB %mask, VB %above, VB zeroinitializer
      %any = call i1 @llvm.vector.reduce.or.vLANESi1(VB %far)
      br i1 %any, label %slow, label %done
    slow:
      %s = call VT @NAME.each.LANES(VT %x, VT %y, VB %far)
      br label %done
    done:
      %z = phi VT [ %y, %entry ], [ %s, %slow ]
      ret VT %z
    }
    """
        .replace("SUFFIX", suffix)
        .replace("NAME", name)
        .replace("LIMIT", limit())
        .replace("VT", "<" + lanes + " x T>")
        .replace("VB", "<" + lanes + " x i1>")
        .replace("LANES", Integer.toString(lanes))
        .replaceAll("\\bT\\b", type);
  }

  /// Lane by lane.
  private String each(int lanes) {
    return """
    define internal VT @NAME.each.LANES(VT %x, VT %y, VB %far) cold noinline nounwind {
    entry:
      br label %lane
    lane:
      %i = phi i64 [ 0, %entry ], [ %next, %test ]
      %r = phi VT [ %y, %entry ], [ %changed, %test ]
      %isfar = extractelement VB %far, i64 %i
      br i1 %isfar, label %slow, label %test
    slow:
      %xi = extractelement VT %x, i64 %i
    VALUE
      %set = insertelement VT %r, T %z, i64 %i
      br label %test
    test:
      %changed = phi VT [ %r, %lane ], [ %set, %slow ]
      %next = add i64 %i, 1
      %more = icmp ult i64 %next, LANES
      br i1 %more, label %lane, label %done
    done:
      ret VT %changed
    }
    """
        .replace("VALUE", value("%xi"))
        .replace("NAME", name)
        .replace("VT", "<" + lanes + " x T>")
        .replace("VB", "<" + lanes + " x i1>")
        .replace("LANES", Integer.toString(lanes))
        .replaceAll("\\bT\\b", type);
  }
}
