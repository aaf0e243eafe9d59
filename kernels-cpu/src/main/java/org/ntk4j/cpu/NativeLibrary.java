package org.ntk4j.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.library.Libraries;

/// A native library that the CPU back end uses where it can be loaded.
///
/// @param name e.g. `OpenBLAS`
/// @param use what it is used for, and what does that without it
/// @param version as the library states it; empty if it could not be loaded on this machine
public record NativeLibrary(String name, String use, Optional<String> version) {
  private static final Map<Integer, String> INSTRUCTIONS =
      Map.of(
          dnnl.dnnl_cpu_isa_sse41, "with SSE4.1",
          dnnl.dnnl_cpu_isa_avx, "with AVX",
          dnnl.dnnl_cpu_isa_avx2, "with AVX2",
          dnnl.dnnl_cpu_isa_avx2_vnni, "with AVX2 and VNNI",
          dnnl.dnnl_cpu_isa_avx512_core, "with AVX-512",
          dnnl.dnnl_cpu_isa_avx512_core_vnni, "with AVX-512 and VNNI",
          dnnl.dnnl_cpu_isa_avx512_core_bf16, "with AVX-512 and bfloat16",
          dnnl.dnnl_cpu_isa_avx512_core_fp16, "with AVX-512 and float16",
          dnnl.dnnl_cpu_isa_avx512_core_amx, "with AVX-512 and AMX");

  /// All of them; tries to load those that are not loaded yet.
  public static List<NativeLibrary> all() {
    return List.of(
        new NativeLibrary(
            "LLVM",
            "compiling programs; else the evaluator, slowly",
            Jit.find().map(Jit::description)),
        new NativeLibrary(
            "OpenBLAS",
            "matrix products; else in Java, slowly",
            Libraries.openBlas() ? Optional.of(openBlas()) : Optional.empty()),
        new NativeLibrary(
            "oneDNN",
            "large f32 matrix products and convolutions; else by OpenBLAS",
            Libraries.oneDnn() ? Optional.of(oneDnn()) : Optional.empty()));
  }

  /// Whether it could be loaded on this machine.
  public boolean loaded() {
    return version.isPresent();
  }

  /// E.g. `0.3.31, kernels for Cooperlake`.
  private static String openBlas() {
    // "OpenBLAS 0.3.31 DYNAMIC_ARCH .."
    String[] words = text("openblas_get_config").split(" ", -1);
    String version = words.length > 1 ? words[1] : "of unknown version";
    String kernels = text("openblas_get_corename");
    return kernels.isEmpty() ? version : version + ", kernels for " + kernels;
  }

  /// What a function without parameters returns; empty if the library lacks it.
  @SuppressWarnings("restricted") // Both functions return a constant string.
  private static String text(String function) {
    Pointer address = Loader.addressof(function);
    if (address == null || address.isNull()) {
      return "";
    }
    try {
      MemorySegment found =
          (MemorySegment)
              Linker.nativeLinker()
                  .downcallHandle(
                      MemorySegment.ofAddress(address.address()),
                      FunctionDescriptor.of(ValueLayout.ADDRESS))
                  .invokeExact();
      return found.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("bug: " + function, e);
    }
  }

  /// E.g. `3.11.0, up to avx512_core_bf16`.
  private static String oneDnn() {
    dnnl_version_t v = dnnl.dnnl_version();
    return "%d.%d.%d, %s".formatted(v.major(), v.minor(), v.patch(), instructions());
  }

  private static String instructions() {
    int isa = dnnl.dnnl_get_effective_cpu_isa();
    return Optional.ofNullable(INSTRUCTIONS.get(isa))
        .orElseGet(() -> "instruction set number " + isa);
  }
}
