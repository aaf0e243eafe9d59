package org.ntk4j.cpu.library;

/// Which native libraries can be loaded on this machine; loads each when first asked for.
public final class Libraries {
  private static final System.Logger LOG = System.getLogger(Libraries.class.getName());

  private Libraries() {}

  private static final class OpenBlasHolder {
    static final boolean LOADED =
        attempt(
            OpenBlas::load,
            System.Logger.Level.WARNING,
            "OpenBLAS cannot be loaded, matrix products run in Java, slowly (on a module path, its"
                + " native modules need --add-modules ALL-MODULE-PATH): ");
  }

  private static final class OneDnnHolder {
    static final boolean LOADED =
        attempt(
            OneDnn::load, System.Logger.Level.INFO, "oneDNN cannot be loaded, OpenBLAS is used: ");
  }

  /// Whether OpenBLAS can be used; one warning if not.
  public static boolean openBlas() {
    return OpenBlasHolder.LOADED;
  }

  /// Whether oneDNN can be used.
  public static boolean oneDnn() {
    return OneDnnHolder.LOADED;
  }

  private static boolean attempt(Runnable load, System.Logger.Level level, String message) {
    try {
      load.run();
      return true;
    } catch (LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      LOG.log(level, message + cause.getMessage());
      return false;
    }
  }
}
