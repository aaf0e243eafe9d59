package org.ntk4j.cpu.jit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.ntk4j.core.io.FileCache;
import org.ntk4j.core.io.Hash;
import org.ntk4j.core.io.UserCache;
import org.ntk4j.cpu.jit.ObjectLinker.Loaded;

/// Compiles kernels. Kernels of the same structure are compiled once and shared.
public final class Jit {
  private static final long CACHE_BYTES_MAX = 256L << 20;

  private final ObjectLinker linker;
  private final ObjectSource source;
  private final Host host;

  /// By symbol; guarded by this object.
  private final Map<String, Shared> loaded = new HashMap<>();

  private static final class Holder {
    static final Optional<Jit> JIT = Llvm.find().map(l -> new Jit(l, Host.of(l), keptForUser()));
  }

  private static FileCache keptForUser() {
    Optional<Path> directory = UserCache.directory().map(d -> d.resolve("kernels"));
    return new FileCache(directory, ".o", CACHE_BYTES_MAX);
  }

  private static final class Shared {
    final CompletableFuture<Loaded> code = new CompletableFuture<>();
    int users;
  }

  /// @param host what to compile for
  /// @param cache where object files are kept
  Jit(Llvm llvm, Host host, FileCache cache) {
    this.linker = new ObjectLinker(llvm);
    this.source = new ObjectSource(llvm, host, cache);
    this.host = host;
  }

  /// Version and processor, e.g. `20.1.7, for znver4`.
  public String description() {
    return host.version() + ", for " + host.cpu();
  }

  /// Bits of the vectors that kernels are to use.
  public int vectorBits() {
    return host.vectorBits();
  }

  /// The compiler; empty, after one warning, if LLVM cannot be loaded. Loaded at the first call.
  public static Optional<Jit> find() {
    return Holder.JIT;
  }

  /// Compiles the kernels that are not yet, in parallel.
  ///
  /// @param kernels their names differ
  public CompiledModule compile(List<KernelText> kernels) {
    Map<String, String> symbols = new LinkedHashMap<>();
    Map<String, String> structures = new LinkedHashMap<>();
    for (KernelText kernel : kernels) {
      String structure = kernel.structure();
      String symbol = symbol(structure);
      if (symbols.put(kernel.name(), symbol) != null) {
        throw new IllegalArgumentException("two kernels are named '" + kernel.name() + "'");
      }
      structures.put(symbol, structure);
    }
    List<String> acquired = List.copyOf(structures.keySet());
    Map<String, Shared> code = acquire(structures);
    try {
      List<Kernel> result = new ArrayList<>();
      symbols.forEach((name, symbol) -> result.add(new Kernel(name, address(code, symbol))));
      return new CompiledModule(result, () -> release(acquired));
    } catch (CompletionException e) {
      release(acquired);
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static long address(Map<String, Shared> code, String symbol) {
    return Objects.requireNonNull(code.get(symbol), "bug: a kernel was not acquired")
        .code
        .join()
        .address();
  }

  /// Counts us among the users of each structure, and sees to those that nobody else does.
  private Map<String, Shared> acquire(Map<String, String> structures) {
    Map<String, Shared> all = new HashMap<>();
    Map<String, Shared> fresh = new LinkedHashMap<>();
    synchronized (this) {
      for (String symbol : structures.keySet()) {
        Shared shared =
            loaded.computeIfAbsent(
                symbol,
                s -> {
                  Shared entry = new Shared();
                  fresh.put(s, entry);
                  return entry;
                });
        shared.users++;
        all.put(symbol, shared);
      }
    }
    Map<String, String> missing = new LinkedHashMap<>(structures);
    missing.keySet().retainAll(fresh.keySet());
    try {
      source.objects(
          missing,
          (symbol, object) -> fresh(fresh, symbol).complete(linker.load(symbol, object)),
          (symbol, failure) -> fresh(fresh, symbol).completeExceptionally(failure));
    } catch (RuntimeException | Error failure) {
      // Whoever waits for these kernels must hear of it: we do, as they are joined.
      fresh.values().forEach(shared -> shared.code.completeExceptionally(failure));
    }
    return all;
  }

  private static CompletableFuture<Loaded> fresh(Map<String, Shared> fresh, String symbol) {
    return Objects.requireNonNull(fresh.get(symbol), "bug: unknown symbol").code;
  }

  /// How many kernels were compiled: neither found in memory nor on disk.
  long compiled() {
    return source.compiled();
  }

  /// How many kernels are in memory.
  synchronized int loaded() {
    return loaded.size();
  }

  private synchronized void release(List<String> symbols) {
    for (String symbol : symbols) {
      Shared shared = Objects.requireNonNull(loaded.get(symbol), "bug: a kernel is gone");
      shared.users--;
      if (shared.users == 0) {
        loaded.remove(symbol);
        if (!shared.code.isCompletedExceptionally()) {
          linker.unload(shared.code.join());
        }
      }
    }
  }

  /// The name of every kernel of this structure.
  private static String symbol(String structure) {
    byte[] hash = Hash.sha256().digest(structure.getBytes(StandardCharsets.UTF_8));
    return "kernel_" + HexFormat.of().formatHex(hash);
  }
}
