package org.ntk4j.core.io;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash function of what is kept.
public final class Hash {
  private Hash() {}

  /// A new digest.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: every JDK has SHA-256", e);
    }
  }
}
