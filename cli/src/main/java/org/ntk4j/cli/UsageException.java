package org.ntk4j.cli;

/// What the command line asks for cannot be: one line that says what, where, and what was expected.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
