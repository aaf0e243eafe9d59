package org.ntk4j.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.cuda.driver.CudaLibraries.Library;
import org.ntk4j.cuda.driver.Detection.Absent;
import org.ntk4j.cuda.driver.Detection.Present;

/// Asks the driver for its cards, function by function: the presets cannot even be loaded where
/// there is no driver.
final class Detector {
  /// What the kernels' cubins and the presets are made for.
  static final int CUDA_MAJOR = 13;

  private static final int MULTIPROCESSOR_COUNT = 16;
  private static final int COMPUTE_CAPABILITY_MAJOR = 75;
  private static final int COMPUTE_CAPABILITY_MINOR = 76;
  private static final int NAME_BYTES = 256;
  private static final long CELL_BYTES = 16;

  private static volatile Optional<Present> known = Optional.empty();

  private final NativeCalls driver;
  private final MemorySegment cell;

  private Detector(NativeCalls driver, MemorySegment cell) {
    this.driver = driver;
    this.cell = cell;
  }

  static Detection here() {
    if (known.isPresent()) {
      return known.get();
    }
    Detection found = detect();
    if (found instanceof Present present) {
      known = Optional.of(present);
    }
    return found;
  }

  private static Detection detect() {
    try (Arena arena = Arena.ofConfined()) {
      Optional<String> missing = Presets.missing();
      if (missing.isPresent()) {
        return new Absent(missing.get());
      }
      Optional<Library> library = CudaLibraries.open(CudaLibraries.driver());
      if (library.isEmpty()) {
        return new Absent(
            "there is no NVIDIA driver (%s was not found)"
                .formatted(CudaLibraries.driver().getFirst()));
      }
      NativeCalls driver = new NativeCalls(library.get());
      return new Detector(driver, arena.allocate(CELL_BYTES, CELL_BYTES)).devices(arena);
    } catch (CudaException
        | LinkageError
        | IllegalCallerException
        | UnsupportedOperationException e) {
      return new Absent("the NVIDIA driver cannot be asked: " + e.getMessage());
    }
  }

  private Detection devices(Arena arena) {
    int started = driver.call("cuInit", 0);
    if (started != 0) {
      return new Absent("the NVIDIA driver finds no card (" + error(started) + ")");
    }
    check("cuDriverGetVersion", driver.call("cuDriverGetVersion", cell.address()));
    int version = cell.get(ValueLayout.JAVA_INT, 0);
    if (version < 1000 * CUDA_MAJOR) {
      return new Absent(
          "the NVIDIA driver supports CUDA %s; expected %d.0 or later"
              .formatted(version(version), CUDA_MAJOR));
    }
    check("cuDeviceGetCount", driver.call("cuDeviceGetCount", cell.address()));
    int count = cell.get(ValueLayout.JAVA_INT, 0);
    if (count == 0) {
      return new Absent("the NVIDIA driver finds no card");
    }
    List<DeviceInfo> all = new ArrayList<>();
    MemorySegment name = arena.allocate(NAME_BYTES);
    for (int ordinal = 0; ordinal < count; ordinal++) {
      all.add(device(ordinal, name));
    }
    return new Present(all, version);
  }

  private DeviceInfo device(int ordinal, MemorySegment name) {
    check("cuDeviceGet", driver.call("cuDeviceGet", cell.address(), ordinal));
    int device = cell.get(ValueLayout.JAVA_INT, 0);
    check(
        "cuDeviceGetName", driver.call("cuDeviceGetName", name.address(), name.byteSize(), device));
    check("cuDeviceTotalMem", driver.call("cuDeviceTotalMem_v2", cell.address(), device));
    long bytes = cell.get(ValueLayout.JAVA_LONG, 0);
    return new DeviceInfo(
        ordinal,
        name.getString(0),
        attribute(COMPUTE_CAPABILITY_MAJOR, device),
        attribute(COMPUTE_CAPABILITY_MINOR, device),
        bytes,
        attribute(MULTIPROCESSOR_COUNT, device));
  }

  private int attribute(int attribute, int device) {
    check(
        "cuDeviceGetAttribute",
        driver.call("cuDeviceGetAttribute", cell.address(), attribute, device));
    return cell.get(ValueLayout.JAVA_INT, 0);
  }

  private void check(String function, int result) {
    if (result != 0) {
      throw new CudaException(function + " failed with " + error(result));
    }
  }

  private String error(int result) {
    cell.set(ValueLayout.JAVA_LONG, 0, 0);
    driver.call("cuGetErrorName", result, cell.address());
    return NativeCalls.string(cell.get(ValueLayout.JAVA_LONG, 0)).orElse("error " + result);
  }

  /// E.g. `13.1` for 13010.
  static String version(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
