// The stand-in driver's parts and what they know of each other. One lock is held while any call is
// served, so everything here is as if single-threaded: at most one kernel runs at a time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

// The codes that are used, with the driver's numbers.
enum Code {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  INVALID_DEVICE = 101,
  INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_OUT_OF_RESOURCES = 701,
  ASSERT = 710,
  MISALIGNED_ADDRESS = 716,
  LAUNCH_FAILED = 719,
  NOT_SUPPORTED = 801,
  CAPTURE_UNSUPPORTED = 900,
  CAPTURE_INVALIDATED = 901,
  CAPTURE_UNJOINED = 904,
};

struct Settings {
  size_t memory = size_t(16) << 30;
  int devices = 1;
  bool races = true;
  // Order of blocks, of threads of a block, and of streams: 0 ascending, 1 descending, else random.
  unsigned order = 0;
};
extern Settings settings;

// An error that lasts, as on a card: after it every call fails until the context is reset.
struct Failure {
  Code code = SUCCESS;
  std::string message;
};
extern Failure failure;
Code fail(Code code, const std::string& message);  // first one counts
Code refuse(Code code, const std::string& message);  // an error of this call only
std::string printed(const char* format, ...) __attribute__((format(printf, 1, 2)));

std::unique_lock<std::mutex> locked();

// Device memory: each allocation on pages of its own, its end at a page that cannot be touched.
struct Allocation {
  uintptr_t begin = 0;
  size_t bytes = 0;
  uintptr_t pages = 0;
  size_t mapped = 0;
  bool raced = false;  // has a shadow
  long number = 0;
  // What kernels may touch of it, if that is not all.
  uintptr_t limitBegin = 0, limitEnd = ~uintptr_t(0);
};
namespace memory {
Code allocate(uint64_t* address, size_t bytes);
Code release(uint64_t address);
Allocation* find(uintptr_t address);  // the live one whose pages hold it
bool isDevice(uintptr_t address);           // in the range of device addresses
Code check(uintptr_t address, size_t bytes, const char* what);
Code checkRedZones();
std::string describe(uintptr_t address);
size_t live();
long count();
void* shadow(uintptr_t address);  // of an allocation that has one
void pin(void* address, size_t bytes);
bool unpin(void* address);
bool isPinned(uintptr_t address, size_t bytes);
long pinned();
}  // namespace memory

struct Launch {
  const sim_kernel* kernel = nullptr;
  sim_index grid{1, 1, 1}, block{1, 1, 1};
  size_t sharedBytes = 0;
  std::vector<uint64_t> arguments;  // values, 8-byte slots
  std::vector<size_t> offsets;      // slot of each argument
  const char* imageBegin = nullptr;
  const char* imageEnd = nullptr;
};
namespace block {
void run(const Launch& launch);  // an error goes to `failure`
bool running();
// Ends the kernel that runs; on one of its fibers only.
void stop(Code code, const std::string& message) __attribute__((noreturn));
std::string where();
bool onStack(uintptr_t address);
bool isParameter(uintptr_t address);
}  // namespace block

// Who accesses memory now, for the shadow.
struct Accessor {
  uint32_t launch, instance, block;
  uint16_t epoch, warpEpoch, thread;
};
extern Accessor accessor;
namespace shadow {
void beginBlock(const Launch& launch, char* dynamicShared);
void install();  // the handler of faults
}  // namespace shadow

// Work in streams: waits until somebody waits for it.
struct Event;
using Work = std::function<void()>;
struct Stream {
  bool blocking = true;
  std::vector<Work> queue;
  size_t done = 0, added = 0;  // counts, larger than those of streams that were here before
  struct Graph* capture = nullptr;
};
struct Event {
  Stream* stream = nullptr;
  size_t after = 0;  // done when this many are done
  double time = 0;
  struct Graph* captured = nullptr;
};
namespace streams {
Code enqueue(Stream* stream, Work work);
void finish(Stream* stream, size_t count);
void finishAll();
Code synchronize(Stream* stream);
bool isCapturing(Stream* stream);
bool anyCapturing();
void reset();
}  // namespace streams

struct Counters {
  long launches, graphLaunches, copiesToDevice, copiesToHost, bytesToDevice;
  long modules, streams, events, graphs;
};
extern Counters counters;
