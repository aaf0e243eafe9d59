package org.ntk4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The line of `ntk --version`: the tool's version, as the build wrote it, and the Java it runs on.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    var properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(
          Objects.requireNonNull(in, "bug: version.properties is not on the class path"));
    }
    String version = Objects.requireNonNull(properties.getProperty("version"), "bug: no version");
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    return new String[] {"ntk " + version + " (Java " + Runtime.version() + ", " + platform + ")"};
  }
}
