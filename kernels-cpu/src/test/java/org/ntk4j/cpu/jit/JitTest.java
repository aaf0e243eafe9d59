package org.ntk4j.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.io.FileCache;

class JitTest {
  private static final FileCache NO_CACHE = new FileCache(Optional.empty(), ".o", 0);

  private static Jit jit(FileCache cache) {
    Llvm llvm = Llvm.find().orElseThrow();
    return new Jit(llvm, Host.of(llvm), cache);
  }

  private static FileCache cache(Path directory) {
    return new FileCache(Optional.of(directory), ".o", 1 << 20);
  }

  /// Writes `value` to the elements from begin to end.
  private static KernelText fill(String name, int value) {
    return new KernelText(
        name,
        """
        define void @%s(ptr %%args, i64 %%begin, i64 %%end) {
        entry:
          %%data = load ptr, ptr %%args
          %%any = icmp slt i64 %%begin, %%end
          br i1 %%any, label %%loop, label %%done
        loop:
          %%i = phi i64 [ %%begin, %%entry ], [ %%next, %%loop ]
          %%at = getelementptr i32, ptr %%data, i64 %%i
          store i32 %d, ptr %%at
          %%next = add i64 %%i, 1
          %%more = icmp slt i64 %%next, %%end
          br i1 %%more, label %%loop, label %%done
        done:
          ret void
        }
        """
            .formatted(name, value));
  }

  private static List<Integer> run(Kernel kernel) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(ValueLayout.JAVA_INT, 5);
      MemorySegment args = arena.allocateFrom(ValueLayout.JAVA_LONG, data.address());
      kernel.call(args, 1, 4);
      return IntStream.of(data.toArray(ValueLayout.JAVA_INT)).boxed().toList();
    }
  }

  @Test
  void kernels_run_from_begin_to_end() {
    try (CompiledModule m = jit(NO_CACHE).compile(List.of(fill("one", 1), fill("two", 2)))) {
      assertEquals(List.of(0, 1, 1, 1, 0), run(m.kernel("one")));
      assertEquals(List.of(0, 2, 2, 2, 0), run(m.kernel("two")));
    }
  }

  @Test
  void kernels_of_one_structure_are_compiled_once_and_freed_by_the_last_user() {
    Jit jit = jit(NO_CACHE);
    CompiledModule first = jit.compile(List.of(fill("a", 7), fill("b", 7)));
    CompiledModule second = jit.compile(List.of(fill("c", 7)));
    assertEquals(1, jit.compiled());
    first.close();
    first.close();
    assertEquals(1, jit.loaded());
    assertEquals(List.of(0, 7, 7, 7, 0), run(second.kernel("c")));
    second.close();
    assertEquals(0, jit.loaded());
    jit.compile(List.of(fill("d", 7))).close();
    assertEquals(2, jit.compiled());
  }

  @Test
  void what_is_on_disk_is_not_compiled_again(@TempDir Path directory) {
    jit(cache(directory)).compile(List.of(fill("a", 1), fill("b", 2))).close();
    Jit jit = jit(cache(directory));
    try (CompiledModule m = jit.compile(List.of(fill("other", 2)))) {
      assertEquals(List.of(0, 2, 2, 2, 0), run(m.kernel("other")));
    }
    assertEquals(0, jit.compiled());
  }

  @Test
  void damaged_files_are_replaced(@TempDir Path directory) throws IOException {
    jit(cache(directory)).compile(List.of(fill("a", 1))).close();
    Path file = onlyFile(directory);
    byte[] good = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, good.length - 1}) {
      Files.write(file, good);
      Files.newByteChannel(file, StandardOpenOption.WRITE).truncate(length).close();
      assertRepaired(directory, good);
    }
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 1;
    Files.write(file, flipped);
    assertRepaired(directory, good);
  }

  private static void assertRepaired(Path directory, byte[] good) throws IOException {
    Jit jit = jit(cache(directory));
    try (CompiledModule m = jit.compile(List.of(fill("a", 1)))) {
      assertEquals(List.of(0, 1, 1, 1, 0), run(m.kernel("a")));
    }
    assertEquals(1, jit.compiled());
    assertEquals(good.length, Files.size(onlyFile(directory)));
  }

  private static Path onlyFile(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size());
      return all.getFirst();
    }
  }

  @Test
  void a_cache_that_cannot_be_written_is_none(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Jit jit = jit(cache(file.resolve("below")));
    jit.compile(List.of(fill("a", 1))).close();
    jit.compile(List.of(fill("a", 1))).close();
    assertEquals(2, jit.compiled());
  }

  @Test
  void the_oldest_files_make_room(@TempDir Path directory) throws IOException {
    byte[] object = new byte[1000];
    FileCache cache = new FileCache(Optional.of(directory), ".o", 10_000);
    for (int i = 0; i < 100; i++) {
      cache.write("key " + i, object);
    }
    try (Stream<Path> files = Files.list(directory)) {
      long count = files.count();
      assertTrue(count <= 12 && count >= 5, () -> count + " files");
    }
    assertTrue(cache.read("key 99").isPresent());
    assertTrue(cache.read("key 0").isEmpty());
  }

  @Test
  void a_wrong_text_is_refused_and_leaves_nothing() {
    Jit jit = jit(NO_CACHE);
    KernelText bad = new KernelText("bad", "define void @bad(ptr %args) { ret i32 0 }");
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> jit.compile(List.of(fill("good", 1), bad)));
    assertTrue(e.getMessage().contains("value doesn't match function result type"));
    KernelText unknown =
        new KernelText(
            "lost",
            """
            declare void @no_such_function()
            define void @lost(ptr %args, i64 %begin, i64 %end) {
              call void @no_such_function()
              ret void
            }
            """);
    IllegalStateException missing =
        assertThrows(IllegalStateException.class, () -> jit.compile(List.of(unknown)));
    assertTrue(missing.getMessage().contains("no_such_function"), missing::getMessage);
    assertEquals(0, jit.loaded());
    jit.compile(List.of(fill("good", 1))).close();
  }

  @Test
  void names_are_checked() {
    Jit jit = jit(NO_CACHE);
    assertThrows(
        IllegalArgumentException.class,
        () -> jit.compile(List.of(fill("same", 1), fill("same", 2))));
    String text = fill("a", 1).llvmIr();
    assertThrows(IllegalArgumentException.class, () -> new KernelText("b", text));
    assertThrows(IllegalArgumentException.class, () -> new KernelText("a b", text));
    CompiledModule m = jit.compile(List.of(fill("a", 1)));
    assertThrows(IllegalArgumentException.class, () -> m.kernel("b"));
    m.close();
    assertThrows(IllegalStateException.class, () -> m.kernel("a"));
  }

  @Test
  void many_threads_compile_at_once() throws Exception {
    Jit jit = jit(NO_CACHE);
    int threads = 8;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<List<Integer>>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int own = 100 + t % 2;
        tasks.add(() -> {
          for (int i = 0; i < 5; i++) {
            try (CompiledModule m = jit.compile(List.of(fill("own", own), fill("x", i)))) {
              assertEquals(List.of(0, i, i, i, 0), run(m.kernel("x")));
              assertEquals(own, run(m.kernel("own")).get(1));
            }
          }
          return List.of();
        });
      }
      for (Future<List<Integer>> done : pool.invokeAll(tasks)) {
        done.get();
      }
    }
    assertEquals(0, jit.loaded());
  }

  @Test
  void compiling_and_closing_leaves_memory_where_it_was(@TempDir Path directory)
      throws IOException {
    Jit jit = jit(cache(directory));
    for (int i = 0; i < 100; i++) {
      jit.compile(List.of(fill("a", 1))).close();
    }
    long mapped = mappings();
    for (int i = 0; i < 1000; i++) {
      jit.compile(List.of(fill("a", 1))).close();
    }
    assertTrue(mappings() < mapped + 100);
  }

  /// Pieces of the process's memory; each loaded kernel has its own.
  private static long mappings() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.exists(maps)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(maps)) {
      return lines.count();
    }
  }

  @Test
  void the_host_is_named() {
    Host host = Host.of(Llvm.find().orElseThrow());
    assertNotEquals("", host.cpu());
    assertTrue(host.vectorBits() == 256 || host.vectorBits() == 512);
  }
}
