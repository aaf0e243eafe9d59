package org.ntk4j.core.io;

import java.io.IOException;
import java.io.Serial;

/// A file is not the array or archive of arrays that it should be. The text says which file, what
/// is wrong, and what was expected.
public final class NpyException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  /// @param source the file, and the member in brackets if it is an archive
  /// @param problem what is wrong, and what was expected
  NpyException(String source, String problem) {
    super(source + ": " + problem);
  }

  NpyException(String source, String problem, Throwable cause) {
    super(source + ": " + problem, cause);
  }
}
