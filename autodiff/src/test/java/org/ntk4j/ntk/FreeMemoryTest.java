package org.ntk4j.ntk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
  @TempDir private Path root;

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void machine() throws IOException {
    write("proc/meminfo", "MemTotal:       8000 kB\nMemAvailable:   5000 kB\nBuffers: 1 kB\n");
  }

  @Test
  void the_machine_says_what_is_available() throws IOException {
    machine();
    assertEquals(5000 * 1024, new FreeMemory(root).ofMachine());
  }

  @Test
  void a_control_group_may_leave_less() throws IOException {
    machine();
    write("sys/fs/cgroup/memory.max", "3000000\n");
    write("sys/fs/cgroup/memory.current", "2500000\n");
    assertEquals(500_000, new FreeMemory(root).ofMachine());
    write("sys/fs/cgroup/memory.stat", "anon 5\ninactive_file 1000000\n");
    assertEquals(1_500_000, new FreeMemory(root).ofMachine());
    write("sys/fs/cgroup/memory.max", "max\n");
    assertEquals(5000 * 1024, new FreeMemory(root).ofMachine());
  }

  @Test
  void so_may_the_group_that_the_process_is_in() throws IOException {
    machine();
    write("proc/self/cgroup", "0::/user.slice/one\n");
    write("sys/fs/cgroup/user.slice/memory.max", "1000000\n");
    write("sys/fs/cgroup/user.slice/memory.current", "100000\n");
    write("sys/fs/cgroup/user.slice/one/memory.max", "max\n");
    write("sys/fs/cgroup/user.slice/one/memory.current", "50000\n");
    assertEquals(900_000, new FreeMemory(root).ofMachine());
  }

  @Test
  void so_may_one_of_the_first_version() throws IOException {
    machine();
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "3000000\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "2500000\n");
    write("sys/fs/cgroup/memory/memory.stat", "total_inactive_file 100000\n");
    assertEquals(600_000, new FreeMemory(root).ofMachine());
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertEquals(5000 * 1024, new FreeMemory(root).ofMachine());
  }

  @Test
  void elsewhere_the_virtual_machine_knows() {
    assertTrue(new FreeMemory(root).ofMachine() > 0);
    assertTrue(FreeMemory.bytes() > 0);
    assertTrue(MemoryLimit.DEFAULT.toBytes(FreeMemory::bytes) > 0);
  }

  @Test
  void what_was_found_out_is_good_for_some_time() {
    AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    AtomicLong bytes = new AtomicLong(1);
    Recent recent = new Recent(bytes::get, 10, clock::get);
    bytes.set(2);
    clock.addAndGet(10);
    assertEquals(1, recent.get());
    clock.addAndGet(1);
    assertEquals(2, recent.get());
    bytes.set(3);
    assertEquals(2, recent.get());
  }
}
