package org.ntk4j.cpu.library;

import static org.ntk4j.cpu.library.NativeFunctions.INT;
import static org.ntk4j.cpu.library.NativeFunctions.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.OptionalLong;

/// Functions of oneDNN that make, ask and destroy its objects; handles are addresses.
final class OneDnnObjects {
  private static final NativeFunctions LIBRARY = OneDnn.library();
  private static final MethodHandle ENGINE_CREATE =
      LIBRARY.function("dnnl_engine_create", LONG, INT, LONG);
  private static final MethodHandle STREAM_CREATE =
      LIBRARY.function("dnnl_stream_create", LONG, LONG, INT);
  private static final MethodHandle STREAM_DESTROY = LIBRARY.function("dnnl_stream_destroy", LONG);
  private static final MethodHandle ATTR_CREATE =
      LIBRARY.function("dnnl_primitive_attr_create", LONG);
  private static final MethodHandle ATTR_SCRATCHPAD =
      LIBRARY.function("dnnl_primitive_attr_set_scratchpad_mode", LONG, INT);
  private static final MethodHandle MD_STRIDES =
      LIBRARY.function("dnnl_memory_desc_create_with_strides", LONG, INT, LONG, INT, LONG);
  private static final MethodHandle MD_TAG =
      LIBRARY.function("dnnl_memory_desc_create_with_tag", LONG, INT, LONG, INT, INT);
  private static final MethodHandle MD_CLONE =
      LIBRARY.function("dnnl_memory_desc_clone", LONG, LONG);
  private static final MethodHandle MD_DESTROY = LIBRARY.function("dnnl_memory_desc_destroy", LONG);
  private static final MethodHandle MD_EQUAL =
      LIBRARY.function("dnnl_memory_desc_equal", LONG, LONG);
  private static final MethodHandle MD_SIZE = LIBRARY.size("dnnl_memory_desc_get_size", LONG);
  private static final MethodHandle MEMORY_CREATE =
      LIBRARY.function("dnnl_memory_create", LONG, LONG, LONG, LONG);
  private static final MethodHandle MEMORY_DESTROY = LIBRARY.function("dnnl_memory_destroy", LONG);
  private static final MethodHandle REORDER =
      LIBRARY.function("dnnl_reorder_primitive_desc_create", LONG, LONG, LONG, LONG, LONG, LONG);
  private static final MethodHandle PD_QUERY =
      LIBRARY.function("dnnl_primitive_desc_query", LONG, INT, INT, LONG);
  private static final MethodHandle PD_QUERY_MD =
      LIBRARY.size("dnnl_primitive_desc_query_md", LONG, INT, INT);
  private static final MethodHandle PD_DESTROY =
      LIBRARY.function("dnnl_primitive_desc_destroy", LONG);
  private static final MethodHandle PRIMITIVE_CREATE =
      LIBRARY.function("dnnl_primitive_create", LONG, LONG);
  private static final MethodHandle PRIMITIVE_DESTROY =
      LIBRARY.function("dnnl_primitive_destroy", LONG);

  private static final int F32 = 3;
  private static final int TAG_ANY = 1;
  private static final int CPU = 1;
  private static final int IN_ORDER = 1;
  private static final int SCRATCHPAD_OF_USER = 1;
  private static final int QUERY_IMPLEMENTATION = 8;
  private static final int QUERY_EXEC_ARG = 255;

  /// The processor.
  static final long ENGINE = made("engine", at -> (int) ENGINE_CREATE.invokeExact(at, CPU, 0L));

  /// Primitives write to memory that we give them, and to none of their own.
  static final long OUR_SCRATCHPAD = attributes();

  private OneDnnObjects() {}

  private static long attributes() {
    long attributes = made("attributes", at -> (int) ATTR_CREATE.invokeExact(at));
    try {
      int status = (int) ATTR_SCRATCHPAD.invokeExact(attributes, SCRATCHPAD_OF_USER);
      if (status != 0) {
        throw new IllegalStateException("bug: oneDNN refuses the scratchpad mode: " + status);
      }
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
    return attributes;
  }

  static long made(String what, OneDnn.Creation creation) {
    return OneDnn.handle(creation)
        .orElseThrow(() -> new IllegalStateException("bug: oneDNN makes no " + what));
  }

  /// A descriptor of `f32` memory with these sizes and strides.
  static long strided(List<Long> sizes, List<Long> strides) {
    return given(sizes, strides)
        .orElseThrow(() ->
            new IllegalStateException(
                "bug: oneDNN makes no descriptor of " + sizes + " with strides " + strides));
  }

  /// As [#strided]; empty: elements along one axis lie between those along another, as those of
  /// every second column do if the number of columns is odd, and oneDNN describes no such memory.
  static OptionalLong given(List<Long> sizes, List<Long> strides) {
    try (Arena arena = Arena.ofConfined()) {
      long dims = array(arena, sizes);
      long steps = array(arena, strides);
      return OneDnn.handle(at -> (int) MD_STRIDES.invokeExact(at, sizes.size(), dims, F32, steps));
    }
  }

  /// A descriptor of `f32` memory with these sizes in the layout that a primitive likes best.
  static long any(List<Long> sizes) {
    try (Arena arena = Arena.ofConfined()) {
      long dims = array(arena, sizes);
      return made(
          "descriptor of " + sizes,
          at -> (int) MD_TAG.invokeExact(at, sizes.size(), dims, F32, TAG_ANY));
    }
  }

  static long array(Arena arena, List<Long> values) {
    MemorySegment array = arena.allocate(LONG, Math.max(1, values.size()));
    for (int i = 0; i < values.size(); i++) {
      array.setAtIndex(LONG, i, values.get(i));
    }
    return array.address();
  }

  /// A reorder of memory, if there is a fast one.
  static OptionalLong reorder(long from, long to) {
    return fast(
        OneDnn.handle(
            at -> (int) REORDER.invokeExact(at, from, ENGINE, to, ENGINE, OUR_SCRATCHPAD)));
  }

  /// `primitiveDescriptor`, destroyed and gone if what is behind it is the reference
  /// implementation: that is some 200 times slower than others.
  static OptionalLong fast(OptionalLong primitiveDescriptor) {
    if (primitiveDescriptor.isPresent()
        && implementation(primitiveDescriptor.getAsLong()).contains("ref")) {
      destroyPrimitiveDescriptor(primitiveDescriptor.getAsLong());
      return OptionalLong.empty();
    }
    return primitiveDescriptor;
  }

  /// The name of the implementation behind a primitive descriptor.
  static String implementation(long primitiveDescriptor) {
    return Raw.text(
        made(
            "name",
            at -> (int) PD_QUERY.invokeExact(primitiveDescriptor, QUERY_IMPLEMENTATION, 0, at)));
  }

  /// A copy of the descriptor of an argument of a primitive.
  static long argument(long primitiveDescriptor, int argument) {
    try {
      long md = (long) PD_QUERY_MD.invokeExact(primitiveDescriptor, QUERY_EXEC_ARG, argument);
      return made("copy of a descriptor", at -> (int) MD_CLONE.invokeExact(at, md));
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  static long bytes(long memoryDescriptor) {
    try {
      return (long) MD_SIZE.invokeExact(memoryDescriptor);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  static boolean equal(long a, long b) {
    try {
      return (int) MD_EQUAL.invokeExact(a, b) != 0;
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  static long primitive(long primitiveDescriptor) {
    return made("primitive", at -> (int) PRIMITIVE_CREATE.invokeExact(at, primitiveDescriptor));
  }

  static long memory(long memoryDescriptor) {
    return made("memory", at -> (int) MEMORY_CREATE.invokeExact(at, memoryDescriptor, ENGINE, 0L));
  }

  static long stream() {
    return made("stream", at -> (int) STREAM_CREATE.invokeExact(at, ENGINE, IN_ORDER));
  }

  static void destroyStream(long stream) {
    destroy(STREAM_DESTROY, stream);
  }

  static void destroyMemory(long memory) {
    destroy(MEMORY_DESTROY, memory);
  }

  static void destroyPrimitive(long primitive) {
    destroy(PRIMITIVE_DESTROY, primitive);
  }

  static void destroyDescriptor(long memoryDescriptor) {
    destroy(MD_DESTROY, memoryDescriptor);
  }

  static void destroyPrimitiveDescriptor(long primitiveDescriptor) {
    destroy(PD_DESTROY, primitiveDescriptor);
  }

  private static void destroy(MethodHandle function, long handle) {
    int status;
    try {
      status = (int) function.invokeExact(handle);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
    if (status != 0) {
      throw new IllegalStateException("bug: oneDNN destroys no such object: " + status);
    }
  }
}
