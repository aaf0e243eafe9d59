package org.ntk4j.cpu.jit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.ntk4j.core.io.FileCache;
import org.ntk4j.cpu.library.Workers;

/// Object files of kernels: from the cache, or compiled, in parallel.
final class ObjectSource {
  /// LLVM recurses deeply on large functions. Only what is used of it takes memory.
  private static final long STACK_BYTES = 64L << 20;

  private final Llvm llvm;
  private final Host host;
  private final FileCache cache;
  private final AtomicLong compiled = new AtomicLong();

  ObjectSource(Llvm llvm, Host host, FileCache cache) {
    this.llvm = llvm;
    this.host = host;
    this.cache = cache;
  }

  /// Hands each kernel's object file to `done`, or what went wrong to `failed`, in some thread;
  /// returns when all are.
  ///
  /// @param structures by symbol
  void objects(
      Map<String, String> structures,
      BiConsumer<String, byte[]> done,
      BiConsumer<String, Throwable> failed) {
    List<Entry<String, String>> missing = new ArrayList<>();
    for (Entry<String, String> kernel : structures.entrySet()) {
      Optional<byte[]> cached = cache.read(key(kernel.getKey()));
      if (cached.isPresent()) {
        tried(kernel.getKey(), failed, () -> done.accept(kernel.getKey(), cached.get()));
      } else {
        missing.add(kernel);
      }
    }
    // The long ones first, so that the last ones to be compiled are short.
    missing.sort(Comparator.comparingInt(kernel -> -kernel.getValue().length()));
    compile(new ConcurrentLinkedQueue<>(missing), done, failed);
  }

  private void compile(
      ConcurrentLinkedQueue<Entry<String, String>> queue,
      BiConsumer<String, byte[]> done,
      BiConsumer<String, Throwable> failed) {
    int threads = Math.min(queue.size(), Workers.shared().threads());
    Semaphore ended = new Semaphore(0);
    for (int i = 0; i < threads; i++) {
      Runnable work =
          () -> {
            try (Compiler compiler = new Compiler(llvm, host)) {
              work(compiler, queue, done, failed);
            } catch (RuntimeException | Error e) {
              // Without a compiler: whoever waits for these kernels must hear of it.
              drain(queue, kernel -> failed.accept(kernel.getKey(), e));
            } finally {
              ended.release();
            }
          };
      Thread.ofPlatform().name("ntk4j-compile").daemon().stackSize(STACK_BYTES).start(work);
    }
    ended.acquireUninterruptibly(threads);
  }

  private void work(
      Compiler compiler,
      ConcurrentLinkedQueue<Entry<String, String>> queue,
      BiConsumer<String, byte[]> done,
      BiConsumer<String, Throwable> failed) {
    drain(
        queue,
        kernel -> {
          String symbol = kernel.getKey();
          tried(
              symbol,
              failed,
              () -> {
                byte[] object = compiler.object(KernelText.named(kernel.getValue(), symbol));
                compiled.incrementAndGet();
                done.accept(symbol, object);
                cache.write(key(symbol), object);
              });
        });
  }

  private static <T> void drain(ConcurrentLinkedQueue<T> queue, Consumer<T> action) {
    for (T next = queue.poll(); next != null; next = queue.poll()) {
      action.accept(next);
    }
  }

  /// How many kernels were compiled.
  long compiled() {
    return compiled.get();
  }

  private static void tried(String symbol, BiConsumer<String, Throwable> failed, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      failed.accept(symbol, e);
    }
  }

  /// What determines the object file.
  private String key(String symbol) {
    return String.join(
        "\n", symbol, host.toString(), Integer.toString(host.vectorBits()), Compiler.PASSES);
  }
}
