package org.ntk4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/// Where results are printed. Writers hide what goes wrong below them; this remembers it.
final class StandardOutput extends OutputStream {
  /// What the operating system says when the reader of a pipe has seen enough, as `head` does.
  private static final String NO_READER = "Broken pipe";

  private final OutputStream target;
  private Optional<IOException> failure = Optional.empty();

  StandardOutput(OutputStream target) {
    this.target = target;
  }

  /// That of this process.
  static StandardOutput ofProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  /// Why something could not be written, if so; a reader that went away is no failure.
  synchronized Optional<String> failure() {
    return failure.map(e -> String.valueOf(e.getMessage())).filter(m -> !m.contains(NO_READER));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      target.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure.or(() -> Optional.of(e));
      throw e;
    }
  }
}
