package org.ntk4j.cli.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.ntk4j.core.io.AtomicFile;

/// Pictures drawn without a screen, and PNG files of them.
public final class Pictures {
  private Pictures() {}

  /// Draws a picture and writes it to `file`, which is replaced as a whole or, if anything fails,
  /// not at all.
  ///
  /// @throws IOException also where Java finds no fonts to draw text with
  public static void write(Path file, Supplier<BufferedImage> picture) throws IOException {
    BufferedImage drawn = drawn(picture);
    AtomicFile.write(
        file,
        out -> {
          if (!ImageIO.write(drawn, "png", out)) {
            throw new IOException("this Java cannot write PNG files");
          }
        });
  }

  private static BufferedImage drawn(Supplier<BufferedImage> picture) throws IOException {
    // Pictures are drawn into memory, on machines with and without a screen alike.
    System.setProperty("java.awt.headless", "true");
    try {
      return picture.get();
    } catch (LinkageError | InternalError e) {
      throw new IOException(
          "the pictures cannot be drawn, Java finds no fonts; install fontconfig and DejaVu Sans",
          e);
    }
  }
}
