package org.ntk4j.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// What was compiled, kept beyond the process: one file for each, named by the hash of what
/// determines it, with a checksum in front.
///
/// It may fail in any way without harm: what cannot be read is compiled, what cannot be written is
/// forgotten.
public final class FileCache {
  private static final System.Logger LOG = System.getLogger(FileCache.class.getName());

  private static final String UNFINISHED = ".tmp";
  private static final int CHECKSUM_BYTES = 32;

  /// After a file was used, its age is reckoned anew; not more often than this.
  private static final Duration TOUCH_AFTER = Duration.ofHours(12);

  private final Optional<Path> directory;
  private final String suffix;
  private final long bytesMax;

  /// How much may be written before the size is looked at again.
  private final AtomicLong unchecked = new AtomicLong();

  /// @param directory empty for no cache
  /// @param suffix how the names of its files end, e.g. `.o`
  /// @param bytesMax what the files may take together; they may exceed it by a 16th between checks
  public FileCache(Optional<Path> directory, String suffix, long bytesMax) {
    this.directory = directory;
    this.suffix = suffix;
    this.bytesMax = bytesMax;
  }

  /// What was written with this key, if it is there and whole.
  public Optional<byte[]> read(String key) {
    return directory.flatMap(d -> read(d.resolve(name(key)), key));
  }

  private static Optional<byte[]> read(Path file, String key) {
    try {
      byte[] content = Files.readAllBytes(file);
      if (content.length > CHECKSUM_BYTES) {
        byte[] kept = Arrays.copyOfRange(content, CHECKSUM_BYTES, content.length);
        if (Arrays.equals(content, 0, CHECKSUM_BYTES, checksum(key, kept), 0, CHECKSUM_BYTES)) {
          touch(file);
          return Optional.of(kept);
        }
      }
      LOG.log(System.Logger.Level.DEBUG, "{0} is damaged, and removed", file);
      Files.deleteIfExists(file);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "a cached file cannot be read: {0}", e);
      return Optional.empty();
    }
  }

  private static void touch(Path file) throws IOException {
    Instant now = Instant.now();
    if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(TOUCH_AFTER))) {
      try {
        Files.setLastModifiedTime(file, FileTime.from(now));
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "the cache is read only: {0}", e);
      }
    }
  }

  /// Keeps what was compiled; another process sees all of it or nothing.
  public void write(String key, byte[] compiled) {
    directory.ifPresent(d -> write(d, key, compiled));
  }

  private void write(Path d, String key, byte[] compiled) {
    try {
      Files.createDirectories(d, ownerOnly(d));
      Path unfinished = Files.createTempFile(d, "cache", UNFINISHED);
      try {
        ByteBuffer content = ByteBuffer.allocate(CHECKSUM_BYTES + compiled.length);
        content.put(checksum(key, compiled)).put(compiled);
        Files.write(unfinished, content.array());
        // The file system's own clock may stand still for many files.
        Files.setLastModifiedTime(unfinished, FileTime.from(Instant.now()));
        Files.move(unfinished, d.resolve(name(key)), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      shrink(d, compiled.length);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "what was compiled cannot be cached: {0}", e);
    }
  }

  /// Machine code that others could replace would be theirs to run in our name.
  private static FileAttribute<?>[] ownerOnly(Path d) {
    return d.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  private record Kept(Path file, long bytes, FileTime used) {}

  /// Removes the files that were not used for longest, if there are too many.
  private void shrink(Path d, long written) throws IOException {
    long before = unchecked.getAndAdd(-written);
    if (before > written) {
      return;
    }
    unchecked.set(bytesMax / 16);
    List<Kept> all = kept(d);
    long total = all.stream().mapToLong(Kept::bytes).sum();
    if (total <= bytesMax) {
      return;
    }
    all.sort(Comparator.comparing(Kept::used));
    for (Kept oldest : all) {
      if (total <= bytesMax / 4 * 3) {
        break;
      }
      Files.deleteIfExists(oldest.file);
      total -= oldest.bytes;
    }
  }

  /// The cache's files; those another process has just removed are left out.
  private List<Kept> kept(Path d) throws IOException {
    List<Kept> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(d)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.toString();
        if (name.endsWith(suffix) || name.endsWith(UNFINISHED)) {
          try {
            all.add(new Kept(file, Files.size(file), Files.getLastModifiedTime(file)));
          } catch (NoSuchFileException e) {
            LOG.log(System.Logger.Level.TRACE, "{0} is gone", file);
          }
        }
      }
    }
    return all;
  }

  private String name(String key) {
    MessageDigest digest = Hash.sha256();
    return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8))) + suffix;
  }

  /// Of what was compiled and of what it was made for.
  private static byte[] checksum(String key, byte[] compiled) {
    MessageDigest digest = Hash.sha256();
    digest.update(key.getBytes(StandardCharsets.UTF_8));
    return digest.digest(compiled);
  }
}
