package org.ntk4j.tests.cuda;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import org.ntk4j.cuda.driver.CudaLibraries;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.run.StepLibraries;

/// The stand-ins for cuBLAS and cuDNN, in use until they are closed. They follow the documentation.
@SuppressWarnings("restricted") // Signatures are those of our own libraries.
final class LibrariesStandIn implements AutoCloseable {
  private static final int NOT_INITIALIZED = 1;

  /// What cuDNN refuses.
  enum Refused {
    NOTHING,
    TENSORS,
    FILTERS,
    CONVOLUTIONS,
    WORKSPACES
  }

  private final String places;
  private final SymbolLookup cublas;
  private final SymbolLookup cudnn;

  private LibrariesStandIn(StandIn standIn) {
    String directory = standIn.directory().resolve("libraries").toString();
    places = System.getProperty(CudaLibraries.PROPERTY, "");
    cublas = SymbolLookup.libraryLookup(directory + "/libcublas.so.13", Arena.global());
    cudnn = SymbolLookup.libraryLookup(directory + "/libcudnn_graph.so.9", Arena.global());
    System.setProperty(CudaLibraries.PROPERTY, directory + File.pathSeparator + places);
  }

  /// Lets the back end find them; the test is skipped where there is no g++.
  static LibrariesStandIn open() {
    StandIn standIn = StandIn.require();
    StepLibraries.close(Device.open(0));
    LibrariesStandIn libraries = new LibrariesStandIn(standIn);
    libraries.cublasStarts(0);
    libraries.refuse(Refused.NOTHING);
    return libraries;
  }

  /// What cuBLAS returns when it is started.
  void cublasStarts(int status) {
    set(cublas, "Cublas", status);
  }

  void refuse(Refused what) {
    set(cudnn, "Cudnn", 1, what.ordinal());
  }

  /// Products that cuBLAS was asked for.
  long products() {
    return count(cublas, "CublasCalls");
  }

  /// Convolutions that cuDNN was asked for.
  long convolutions() {
    return count(cudnn, "CudnnCalls");
  }

  /// Handles and descriptors that were not destroyed.
  long live() {
    return count(cublas, "CublasLive") + count(cudnn, "CudnnLive");
  }

  private static void set(SymbolLookup library, String name, int... values) {
    call(
        library,
        name,
        values.length == 1
            ? FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)
            : FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
        values);
  }

  private static long count(SymbolLookup library, String name) {
    return (long) call(library, name, FunctionDescriptor.of(ValueLayout.JAVA_LONG));
  }

  private static Object call(
      SymbolLookup library, String name, FunctionDescriptor type, int... values) {
    Object[] arguments = new Object[values.length];
    for (int k = 0; k < values.length; k++) {
      arguments[k] = values[k];
    }
    try {
      return Linker.nativeLinker()
          .downcallHandle(library.find("ntk4jStandIn" + name).orElseThrow(), type)
          .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// Other tests of this process find them no more.
  @Override
  public void close() {
    StepLibraries.close(Device.open(0));
    cublasStarts(NOT_INITIALIZED);
    set(cudnn, "Cudnn", 0, 0);
    System.setProperty(CudaLibraries.PROPERTY, places);
  }
}
