package org.ntk4j.cuda.driver;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.ntk4j.cuda.driver.Detection.Present;

/// The presets for the driver's functions, loaded once it is known that they can be.
final class Driver {
  private Driver() {}

  /// Loads them.
  ///
  /// @throws CudaException if there is no card, or something is missing
  static Present load() {
    return switch (Detection.here()) {
      case Detection.Absent(String reason) ->
          throw new CudaException("CUDA is not available here: " + reason + ".");
      case Present present -> {
        Holder.load();
        yield present;
      }
    };
  }

  private static final class Holder {
    private static boolean loaded;
    private static Optional<String> failure = Optional.empty();

    private Holder() {}

    static synchronized void load() {
      if (loaded) {
        return;
      }
      if (failure.isPresent()) {
        throw new CudaException(failure.get());
      }
      try {
        loadRuntime();
        // JavaCPP's own limits count the whole process, and would fail for no reason.
        setIfAbsent("org.bytedeco.javacpp.maxphysicalbytes");
        setIfAbsent("org.bytedeco.javacpp.maxbytes");
        check(cudart.cuInit(0), "starting the driver");
        loaded = true;
      } catch (LinkageError | IOException e) {
        failure = Optional.of("The presets for CUDA cannot be loaded: " + e.getMessage() + ".");
        throw new CudaException(failure.get());
      }
    }

    /// The presets are linked with the CUDA runtime too. Nothing in it is called, so that its name
    /// will do where it is missing.
    private static void loadRuntime() throws IOException {
      List<String> names = CudaLibraries.names("cudart", Detector.CUDA_MAJOR);
      if (CudaLibraries.open(names).isPresent()) {
        return;
      }
      if (CudaLibraries.WINDOWS) {
        throw new IOException("no %s in %s".formatted(names.getFirst(), CudaLibraries.searched()));
      }
      EmptyLibrary.load(names.getFirst());
    }

    private static void setIfAbsent(String property) {
      if (System.getProperty(property) == null) {
        System.setProperty(property, "0");
      }
    }
  }

  /// Checks what a function of the driver returned.
  ///
  /// @param action what it was to do, e.g. `copying to the device`
  static void check(int result, String action) {
    if (result != 0) {
      throw failure(result, action);
    }
  }

  static CudaException failure(int result, String action) {
    String name = text(result, true);
    String description = text(result, false);
    return new CudaException(
        "CUDA: %s failed with %s%s."
            .formatted(
                action,
                name.isEmpty() ? "error " + result : name,
                description.isEmpty() ? "" : " (" + description + ")"));
  }

  private static String text(int result, boolean name) {
    try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
      text.put(0, new Pointer());
      int found =
          name ? cudart.cuGetErrorName(result, text) : cudart.cuGetErrorString(result, text);
      return found == 0 ? NativeCalls.string(text.get().address()).orElse("") : "";
    }
  }

  /// An array of addresses at an address, as the presets want it.
  static final class Addresses extends PointerPointer<Pointer> {
    Addresses(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }

  /// Memory at an address, as the presets want it.
  static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
