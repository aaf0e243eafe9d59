// Allocations, copies and fills: the driver's interface.
#include <cstdlib>
#include <cstring>

#include "handles.h"

namespace {
using Address = uint64_t;

// Memory that the device does not know is read while the call lasts: only pinned memory stays
// in use afterwards.
Code toDevice(Stream* stream, Address to, const void* from, size_t bytes) {
  RETURN_IF(memory::check(to, bytes, "copy to the device"));
  counters.copiesToDevice++;
  counters.bytesToDevice += (long)bytes;
  if (stream->capture || memory::isPinned((uintptr_t)from, bytes))
    return streams::enqueue(stream, [=] { memcpy((void*)to, from, bytes); });
  auto kept = std::make_shared<std::vector<char>>((const char*)from, (const char*)from + bytes);
  return streams::enqueue(stream, [=] { memcpy((void*)to, kept->data(), bytes); });
}

Code toHost(Stream* stream, void* to, Address from, size_t bytes) {
  RETURN_IF(memory::check(from, bytes, "copy to the host"));
  counters.copiesToHost++;
  RETURN_IF(streams::enqueue(stream, [=] { memcpy(to, (void*)from, bytes); }));
  bool pageable = !stream->capture && !memory::isPinned((uintptr_t)to, bytes);
  return pageable ? streams::synchronize(stream) : failure.code;
}

Code within(Stream* stream, Address to, Address from, size_t bytes) {
  RETURN_IF(memory::check(from, bytes, "copy from"));
  RETURN_IF(memory::check(to, bytes, "copy to"));
  return streams::enqueue(stream, [=] { memmove((void*)to, (void*)from, bytes); });
}

template <class T>
Code fill(Stream* stream, Address to, T value, size_t count) {
  RETURN_IF(memory::check(to, count * sizeof(T), "fill"));
  if (to % sizeof(T)) return refuse(INVALID_VALUE, "fill of misaligned memory");
  return streams::enqueue(stream, [=] {
    for (size_t i = 0; i < count; i++) memcpy((char*)to + i * sizeof(T), &value, sizeof(T));
  });
}

// Runs f with the stream, and waits for it.
template <class F>
Code now(F f) {
  auto lock = locked();
  RETURN_IF(enteredUnsafely());
  return f(nullStream());
}

template <class F>
Code later(Stream* handle, F f) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  return f(stream);
}
}  // namespace

EXPORT int cuMemAlloc_v2(Address* address, size_t bytes) {
  auto lock = locked();
  RETURN_IF(enteredUnsafely());
  return memory::allocate(address, bytes);
}

EXPORT int cuMemFree_v2(Address address) {
  auto lock = locked();
  RETURN_IF(enteredUnsafely());
  streams::finishAll();
  return memory::release(address);
}

EXPORT int cuMemAllocAsync(Address* address, size_t bytes, Stream* handle) {
  return later(handle, [&](Stream*) { return memory::allocate(address, bytes); });
}

EXPORT int cuMemFreeAsync(Address address, Stream* handle) {
  return later(handle, [&](Stream* stream) {
    return streams::enqueue(stream, [=] { memory::release(address); });
  });
}

EXPORT int cuMemGetInfo_v2(size_t* free, size_t* total) {
  auto lock = locked();
  RETURN_IF(entered());
  *total = settings.memory;
  *free = settings.memory - memory::live();
  return SUCCESS;
}

EXPORT int cuMemGetAddressRange_v2(Address* begin, size_t* bytes, Address address) {
  auto lock = locked();
  RETURN_IF(entered());
  const Allocation* a = memory::find(address);
  if (!a) return refuse(NOT_FOUND, "no allocation holds the address");
  *begin = a->begin;
  *bytes = a->bytes;
  return SUCCESS;
}

EXPORT int cuMemHostAlloc(void** address, size_t bytes, unsigned) {
  auto lock = locked();
  RETURN_IF(entered());
  if (bytes == 0 || posix_memalign(address, 4096, bytes))
    return refuse(OUT_OF_MEMORY, "no pinned memory");
  memset(*address, 0xff, bytes);
  memory::pin(*address, bytes);
  return SUCCESS;
}

EXPORT int cuMemAllocHost_v2(void** address, size_t bytes) {
  return cuMemHostAlloc(address, bytes, 0);
}

EXPORT int cuMemFreeHost(void* address) {
  auto lock = locked();
  RETURN_IF(enteredUnsafely());
  streams::finishAll();
  if (!memory::unpin(address)) return refuse(INVALID_VALUE, "freed what is no pinned memory");
  free(address);
  return SUCCESS;
}

EXPORT int cuMemHostGetDevicePointer_v2(Address* device, void* host, unsigned) {
  auto lock = locked();
  RETURN_IF(entered());
  *device = (Address)host;
  return memory::isPinned((uintptr_t)host, 1) ? SUCCESS : refuse(INVALID_VALUE, "is not pinned");
}

EXPORT int cuMemHostRegister_v2(void* address, size_t bytes, unsigned) {
  auto lock = locked();
  RETURN_IF(entered());
  memory::pin(address, bytes);
  return SUCCESS;
}

EXPORT int cuMemHostUnregister(void* address) {
  auto lock = locked();
  RETURN_IF(enteredUnsafely());
  streams::finishAll();
  return memory::unpin(address) ? SUCCESS : refuse(INVALID_VALUE, "was not pinned");
}

EXPORT int cuMemcpyHtoD_v2(Address to, const void* from, size_t bytes) {
  return now([=](Stream* s) { return toDevice(s, to, from, bytes); });
}
EXPORT int cuMemcpyDtoH_v2(void* to, Address from, size_t bytes) {
  return now([=](Stream* s) { return toHost(s, to, from, bytes); });
}
EXPORT int cuMemcpyDtoD_v2(Address to, Address from, size_t bytes) {
  return now([=](Stream* s) { return within(s, to, from, bytes); });
}
EXPORT int cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, Stream* stream) {
  return later(stream, [=](Stream* s) { return toDevice(s, to, from, bytes); });
}
EXPORT int cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, Stream* stream) {
  return later(stream, [=](Stream* s) { return toHost(s, to, from, bytes); });
}
EXPORT int cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, Stream* stream) {
  return later(stream, [=](Stream* s) { return within(s, to, from, bytes); });
}

#define FILL(bits, T)                                                                      \
  EXPORT int cuMemsetD##bits##_v2(Address to, T value, size_t count) {                     \
    return now([=](Stream* s) { return fill(s, to, value, count); });                      \
  }                                                                                        \
  EXPORT int cuMemsetD##bits##Async(Address to, T value, size_t count, Stream* stream) {   \
    return later(stream, [=](Stream* s) { return fill(s, to, value, count); });            \
  }
FILL(8, unsigned char)
FILL(16, unsigned short)
FILL(32, unsigned)
