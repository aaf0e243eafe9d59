package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.DeviceBlock;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.cuda.library.Libraries;
import org.ntk4j.cuda.library.LibraryCall;
import org.ntk4j.cuda.library.ProductLibrary;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;

/// What cuBLAS is asked for, told by a stand-in for it.
@Tag("standin")
class CublasProductsTest {
  private final LibrariesStandIn standIn = LibrariesStandIn.open();
  private final Device device = Device.open(0);
  private final ProductLibrary library = Libraries.products(device).orElseThrow();

  @AfterEach
  void forget() {
    library.close();
    library.close();
    assertEquals(0, standIn.live(), "handles");
    standIn.close();
  }

  @Test
  void a_library_that_cannot_be_used_is_warned_of_once() {
    Logger logger = Logger.getLogger(Libraries.class.getName());
    List<String> warnings = new ArrayList<>();
    Filter filter =
        entry -> {
          warnings.add(entry.getMessage());
          return false;
        };
    logger.setFilter(filter);
    try {
      standIn.cublasStarts(3);
      for (int call = 0; call < 3; call++) {
        assertEquals(Optional.empty(), Libraries.products(device));
      }
    } finally {
      logger.setFilter(null);
    }
    assertEquals(
        List.of(
            "libcublas.so.13 is here, but cannot be used: starting cuBLAS failed with"
                + " CUBLAS_STATUS_ALLOC_FAILED."),
        warnings);
  }

  @Test
  void products_by_cublas_are_those_of_a_loop() {
    Random random = new Random(31);
    for (int trial = 0; trial < 6; trial++) {
      DType dtype = trial % 2 == 0 ? DType.F32 : DType.F64;
      List<Long> batch = trial % 4 < 2 ? List.of() : List.of(2L);
      MatrixProduct p = product(random, dtype, batch, trial % 3 == 0, trial % 3 == 1);
      LibraryCall call = library.product(p, Precision.FLOAT32).orElseThrow();
      ProductTextTest.check(
          new ProductTextTest.Case(p, Precision.FLOAT32), random, buffers -> run(call, buffers));
    }
  }

  @Test
  void what_cublas_cannot_do_as_well_is_left_to_kernels() {
    Random random = new Random(32);
    MatrixProduct p = product(random, DType.F32, List.of(), false, false);
    assertTrue(library.product(p, Precision.TF32).isPresent());
    assertEquals(Optional.empty(), library.product(p, Precision.TF32X3));
    assertEquals(
        Optional.empty(),
        library.product(product(random, DType.I32, List.of(), false, false), Precision.FLOAT32));
  }

  private static MatrixProduct product(
      Random random, DType dtype, List<Long> batch, boolean turnedA, boolean turnedB) {
    long rows = 160L + random.nextInt(20);
    long columns = 170L + random.nextInt(20);
    long inner = 180L + random.nextInt(20);
    Factor a = ProductTextTest.factor(random, batch, rows, inner, turnedA, true);
    Factor b = ProductTextTest.factor(random, batch, inner, columns, turnedB, true);
    Factor c = ProductTextTest.factor(random, batch, rows, columns, false, false);
    return new MatrixProduct(dtype, batch, rows, columns, inner, a, b, c, 3, false);
  }

  private void run(LibraryCall call, List<Tensor> buffers) {
    List<DeviceBlock> blocks = new ArrayList<>();
    try (Stream stream = device.newStream()) {
      for (Tensor buffer : buffers) {
        DeviceBlock block = device.pool().allocate(buffer.segment().byteSize());
        blocks.add(block);
        stream.copyToDevice(block.address(), buffer.segment());
      }
      DeviceBlock scratch = device.pool().allocate(call.scratchBytes());
      blocks.add(scratch);
      stream.synchronize();
      List<Long> slots = blocks.stream().map(DeviceBlock::address).toList();
      call.enqueue(
          stream, new LibraryCall.Slots(slots.get(0), slots.get(1), slots.get(2)), slots.get(3));
      stream.copyToHost(buffers.get(2).segment(), slots.get(2));
      stream.synchronize();
    }
    blocks.forEach(device.pool()::release);
  }
}
