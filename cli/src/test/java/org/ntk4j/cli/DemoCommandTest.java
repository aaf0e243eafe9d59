package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npy;
import org.ntk4j.core.io.Npz;
import org.ntk4j.ntk.Implementation;

class DemoCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  @Test
  void a_small_demo_compares_classifies_and_writes_its_files() throws IOException {
    Path target = directory.resolve("new").resolve("demo");
    assertEquals(
        0, run("--train", "80", "--test", "10", "--out", target.toString()), err::toString);
    implementations_agree_with_brute_force();
    assertTrue(number("correctly: ([\\d.]+) %") >= 70, out::toString);
    assertTrue(number("down to ([\\d.e-]+) ") > 0, out::toString);
    nothing_but_text_was_printed();
    Set<String> files =
        Set.of("kernel.npy", "kernel-test.npy", "labels.npz", "kernel.png", "spectrum.png");
    assertEquals(files, names(target));
    files.forEach(name -> assertTrue(out.toString().contains(target.resolve(name).toString())));
    kernel_is_symmetric_and_sorted(target);
    pictures_show_something(target);
  }

  private void implementations_agree_with_brute_force() {
    for (Implementation implementation : Implementation.values()) {
      double difference = number("(?m)^  " + implementation + " .* (\\S+)$");
      assertTrue(0 < difference && difference < 1e-5, out::toString);
    }
  }

  private void nothing_but_text_was_printed() {
    for (String text : List.of(out.toString(), err.toString())) {
      assertFalse(Pattern.compile("[^ -~\\r\\n]|\\r(?!\\n)").matcher(text).find(), text);
    }
    assertTrue(err.toString().startsWith("[1/10] "), err::toString);
    assertTrue(err.toString().contains("[10/10] "), err::toString);
    assertEquals(10, err.toString().lines().count());
  }

  private static void kernel_is_symmetric_and_sorted(Path target) throws IOException {
    Tensor kernel = Npy.read(target.resolve("kernel.npy"));
    assertEquals("f32[80,80]", kernel.toString());
    assertEquals("f32[80,10]", Npy.read(target.resolve("kernel-test.npy")).toString());
    for (long i = 0; i < 80; i++) {
      for (long j = 0; j < i; j++) {
        double entry = kernel.getDouble(80 * i + j);
        assertEquals(entry, kernel.getDouble(80 * j + i), 1e-5 * entry);
      }
    }
    long[] labels = Npz.read(target.resolve("labels.npz"), "train").toLongs();
    long[] sorted = labels.clone();
    Arrays.sort(sorted);
    assertEquals(Arrays.toString(sorted), Arrays.toString(labels));
  }

  private static void pictures_show_something(Path target) throws IOException {
    for (String name : List.of("kernel.png", "spectrum.png")) {
      BufferedImage picture = ImageIO.read(target.resolve(name).toFile());
      assertTrue(picture.getWidth() >= 800 && picture.getHeight() >= 600, name);
      long colours =
          Arrays.stream(
                  picture.getRGB(
                      0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth()))
              .distinct()
              .count();
      assertTrue(colours > 50, () -> name + " has " + colours + " colours");
    }
  }

  @Test
  void too_few_training_images_are_refused() {
    refused("--train is 9; expected 10 to 1797", "--train", "9");
  }

  @Test
  void no_test_images_are_refused() {
    refused("--test is 0; expected 1 to 1797", "--test", "0");
  }

  @Test
  void more_images_than_there_are_are_refused() {
    refused(
        "--train 1700 and --test 98 are more than the 1797 images there are",
        "--train",
        "1700",
        "--test",
        "98");
  }

  @Test
  void a_seed_that_is_no_number_is_refused() {
    refused("Invalid value for option '--seed': 'x' is not a long", "--seed", "x");
  }

  @Test
  void a_file_in_the_place_of_the_directory_is_refused() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    refused(
        "--out '" + file + "' is a file; expected a directory, or a new one",
        "--out",
        file.toString());
  }

  private void refused(String message, String... options) {
    assertEquals(2, run(options));
    assertEquals(
        List.of("ntk: " + message, "Try 'ntk demo --help'."), err.toString().lines().toList());
    assertEquals("", out.toString());
  }

  private int run(String... options) {
    List<String> args = Stream.concat(Stream.of("demo"), Arrays.stream(options)).toList();
    Tool tool =
        new Tool(
            List.of(new DemoCommand()),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            false);
    return tool.run(args.toArray(String[]::new));
  }

  private double number(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(out.toString());
    assertTrue(found.find(), () -> "no " + pattern + " in\n" + out);
    return Double.parseDouble(found.group(1));
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
