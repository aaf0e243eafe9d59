package org.ntk4j.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaLibrariesTest {
  private final String before = System.getProperty(CudaLibraries.PROPERTY, "");

  @TempDir private Path directory;

  @AfterEach
  void restore() {
    System.setProperty(CudaLibraries.PROPERTY, before);
  }

  @Test
  void directories_of_the_property_come_first_and_missing_ones_are_left_out() {
    Path missing = directory.resolve("missing");
    System.setProperty(CudaLibraries.PROPERTY, missing + File.pathSeparator + directory);
    List<Path> directories = CudaLibraries.directories();
    assertEquals(directory, directories.getFirst());
    assertTrue(CudaLibraries.searched().startsWith(directory + ", "), CudaLibraries.searched());
  }

  @Test
  void a_directory_is_not_taken_for_a_library() throws IOException {
    System.setProperty(CudaLibraries.PROPERTY, directory.toString());
    Files.createDirectory(directory.resolve("libnothing.so.1"));
    assertTrue(CudaLibraries.open(List.of("libnothing.so.1", "libnothing.so.2")).isEmpty());
  }

  @Test
  void nothing_is_found_under_a_name_that_nobody_has() {
    assertTrue(CudaLibraries.open(List.of("libntk4jNowhere.so.1")).isEmpty());
  }
}
