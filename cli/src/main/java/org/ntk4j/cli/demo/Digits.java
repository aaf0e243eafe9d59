package org.ntk4j.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.io.Npz;

/// Handwritten digits: UCI "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak,
/// 1998, CC BY 4.0.
///
/// @param images `f32[n, 8, 8, 1]`, each of mean 0 and variance 1
/// @param labels what each shows, 0 to 9
record Digits(Tensor images, List<Integer> labels) {
  static final int CLASSES = 10;

  /// How many there are.
  static final int TOTAL = 1797;

  private static final int SIDE = 8;
  private static final int PIXELS = SIDE * SIDE;

  Digits {
    labels = List.copyOf(labels);
  }

  /// All of them, in the order of the collection.
  static Digits load() throws IOException {
    Path file = Files.createTempFile("ntk-digits", ".npz");
    try (InputStream in = Digits.class.getResourceAsStream("digits.npz")) {
      Files.copy(
          Objects.requireNonNull(in, "bug: digits.npz is not on the class path"),
          file,
          StandardCopyOption.REPLACE_EXISTING);
      Map<String, Tensor> arrays = Npz.read(file);
      return new Digits(
          standardized(Objects.requireNonNull(arrays.get("images"), "bug: no images")),
          IntStream.range(0, TOTAL)
              .mapToObj(i ->
                  (int) Objects.requireNonNull(arrays.get("labels"), "bug: no labels").getLong(i))
              .toList());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// An image by itself, so that nothing is learnt of other images.
  private static Tensor standardized(Tensor raw) {
    Tensor images = Tensor.zeros(DType.F32, Shape.of(TOTAL, SIDE, SIDE, 1));
    for (long start = 0; start < images.size(); start += PIXELS) {
      double sum = 0;
      double squares = 0;
      for (long i = start; i < start + PIXELS; i++) {
        sum += raw.getDouble(i);
        squares += raw.getDouble(i) * raw.getDouble(i);
      }
      double mean = sum / PIXELS;
      double deviation = Math.sqrt(squares / PIXELS - mean * mean);
      for (long i = start; i < start + PIXELS; i++) {
        images.setDouble(i, (raw.getDouble(i) - mean) / deviation);
      }
    }
    return images;
  }

  int size() {
    return labels.size();
  }

  /// In the random order that belongs to `key`.
  Digits shuffled(RandomKey key) {
    return pick(
        IntStream.range(0, size())
            .boxed()
            .sorted(Comparator.comparingLong(i -> RandomKey.bits(key.seed(), i)))
            .toList());
  }

  /// Those from `from` up to but not including `to`.
  Digits range(int from, int to) {
    return new Digits(images.slice(from, to), labels.subList(from, to));
  }

  /// All zeros first, all nines last.
  Digits sortedByClass() {
    return pick(
        IntStream.range(0, size()).boxed().sorted(Comparator.comparing(labels::get)).toList());
  }

  private Digits pick(List<Integer> rows) {
    Tensor picked = Tensor.zeros(DType.F32, images.shape().with(0, rows.size()));
    for (int i = 0; i < rows.size(); i++) {
      int row = rows.get(i);
      picked.slice(i, i + 1).segment().copyFrom(images.slice(row, row + 1).segment());
    }
    return new Digits(picked, rows.stream().map(labels::get).toList());
  }
}
