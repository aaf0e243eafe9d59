package org.ntk4j.cpu.jit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash function of the caches.
final class Hash {
  private Hash() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: every JDK has SHA-256", e);
    }
  }
}
