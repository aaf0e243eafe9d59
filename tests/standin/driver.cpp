// Devices, contexts and memory: the driver's interface.
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <map>

#include "handles.h"

Settings settings;
Failure failure;
Counters counters{};

namespace {
std::mutex lock_;
bool initialized = false;
std::string lastMessage;
std::map<int, std::unique_ptr<Context>> contexts;
thread_local std::vector<Context*> current;

const std::map<int, const char*> NAMES = {
    {SUCCESS, "CUDA_SUCCESS"},
    {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE"},
    {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY"},
    {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED"},
    {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE"},
    {INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE"},
    {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT"},
    {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE"},
    {NOT_FOUND, "CUDA_ERROR_NOT_FOUND"},
    {NOT_READY, "CUDA_ERROR_NOT_READY"},
    {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS"},
    {LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"},
    {ASSERT, "CUDA_ERROR_ASSERT"},
    {MISALIGNED_ADDRESS, "CUDA_ERROR_MISALIGNED_ADDRESS"},
    {LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED"},
    {NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED"},
    {CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"},
    {CAPTURE_INVALIDATED, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"},
};

// By CUdevice_attribute: those of an H200.
const std::map<int, int> ATTRIBUTES = {
    {1, 1024},    // threads per block
    {2, 1024},    {3, 1024},  {4, 64},         // block's sides
    {5, INT32_MAX}, {6, 65535}, {7, 65535},    // grid's sides
    {8, 48 << 10},   // shared memory per block
    {9, 64 << 10},   // constant memory
    {10, 32},        // warp
    {12, 65536},     // registers per block
    {13, 1980000},   // clock, kHz
    {15, 1},         // overlap
    {16, 132},       // multiprocessors
    {18, 0},         // integrated
    {19, 1},         // maps host memory
    {20, 0},         // compute mode
    {31, 1},         // concurrent kernels
    {33, 0},         {34, 0}, {50, 0},  // place on the bus
    {36, 3201000},   // memory clock, kHz
    {37, 6144},      // bus width
    {38, 50 << 20},  // level 2 cache
    {39, 2048},      // threads per multiprocessor
    {40, 3},         // copy engines
    {41, 1},         // unified addresses
    {75, 9},         {76, 0},    // compute capability
    {81, 228 << 10},  // shared memory per multiprocessor
    {82, 65536},      // registers per multiprocessor
    {83, 1},          // managed memory
    {87, 2},          // f32 to f64
    {97, 227 << 10},  // shared memory per block, when asked for
    {106, 32},        // blocks per multiprocessor
    {115, 1},         // memory pools
};

Code device(int ordinal) {
  if (!initialized) return NOT_INITIALIZED;
  if (ordinal >= 0 && ordinal < settings.devices) return SUCCESS;
  return refuse(INVALID_DEVICE, "no such device");
}
}  // namespace

std::string printed(const char* format, ...) {
  char text[1000];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

Code fail(Code code, const std::string& message) {
  if (failure.code == SUCCESS) failure = {code, lastMessage = message};
  return failure.code;
}

// That memory ends is no mistake of the caller's.
Code refuse(Code code, const std::string& message) {
  if (code != OUT_OF_MEMORY) lastMessage = message;
  return code;
}

std::unique_lock<std::mutex> locked() { return std::unique_lock<std::mutex>(lock_); }

void* thisThread() { return &current; }

Code entered() {
  if (!initialized) return NOT_INITIALIZED;
  if (current.empty() || !current.back())
    return refuse(INVALID_CONTEXT, "no context is current in this thread");
  return failure.code;
}

EXPORT int cuInit(unsigned flags) {
  auto lock = locked();
  if (flags) return INVALID_VALUE;
  if (!initialized) shadow::install();
  initialized = true;
  return settings.devices ? SUCCESS : 100;  // CUDA_ERROR_NO_DEVICE
}

EXPORT int cuDriverGetVersion(int* version) {
  *version = 13010;
  return SUCCESS;
}

EXPORT int cuGetErrorName(int code, const char** name) {
  auto found = NAMES.find(code);
  *name = found == NAMES.end() ? "CUDA_ERROR_UNKNOWN" : found->second;
  return SUCCESS;
}

// What happened, where the driver's own text would only say what sort of thing.
EXPORT int cuGetErrorString(int code, const char** text) {
  auto lock = locked();
  static std::set<std::string> kept;
  bool lasting = failure.code && failure.code == code;
  std::string other = code == OUT_OF_MEMORY ? "out of memory" : lastMessage;
  *text = kept.insert(lasting ? failure.message : other).first->c_str();
  return SUCCESS;
}

EXPORT int cuDeviceGetCount(int* count) {
  if (!initialized) return NOT_INITIALIZED;
  *count = settings.devices;
  return SUCCESS;
}

EXPORT int cuDeviceGet(int* handle, int ordinal) {
  RETURN_IF(device(ordinal));
  *handle = ordinal;
  return SUCCESS;
}

EXPORT int cuDeviceGetName(char* name, int length, int ordinal) {
  RETURN_IF(device(ordinal));
  snprintf(name, length, "Stand-in %d", ordinal);
  return SUCCESS;
}

EXPORT int cuDeviceTotalMem_v2(size_t* bytes, int ordinal) {
  RETURN_IF(device(ordinal));
  *bytes = settings.memory;
  return SUCCESS;
}

EXPORT int cuDeviceGetAttribute(int* value, int attribute, int ordinal) {
  RETURN_IF(device(ordinal));
  auto found = ATTRIBUTES.find(attribute);
  if (found == ATTRIBUTES.end()) return refuse(INVALID_VALUE, "an attribute nobody has asked for");
  *value = found->second;
  return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRetain(Context** context, int ordinal) {
  auto lock = locked();
  RETURN_IF(device(ordinal));
  auto& kept = contexts[ordinal];
  if (!kept) kept = std::make_unique<Context>();
  kept->device = ordinal;
  kept->retained++;
  *context = kept.get();
  return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRelease_v2(int ordinal) {
  auto lock = locked();
  RETURN_IF(device(ordinal));
  auto& kept = contexts[ordinal];
  if (!kept || !kept->retained) return refuse(INVALID_CONTEXT, "released more often than retained");
  if (--kept->retained == 0) streams::finishAll();
  return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxGetState(int ordinal, unsigned* flags, int* active) {
  auto lock = locked();
  RETURN_IF(device(ordinal));
  auto& kept = contexts[ordinal];
  *flags = 0;
  *active = kept && kept->retained;
  return SUCCESS;
}

EXPORT int cuCtxSetCurrent(Context* context) {
  if (!initialized) return NOT_INITIALIZED;
  current.assign(context ? 1 : 0, context);
  return SUCCESS;
}

EXPORT int cuCtxPushCurrent_v2(Context* context) {
  current.push_back(context);
  return SUCCESS;
}

EXPORT int cuCtxPopCurrent_v2(Context** context) {
  if (current.empty()) return refuse(INVALID_CONTEXT, "no context is current in this thread");
  if (context) *context = current.back();
  current.pop_back();
  return SUCCESS;
}

EXPORT int cuCtxGetCurrent(Context** context) {
  *context = current.empty() ? nullptr : current.back();
  return SUCCESS;
}

EXPORT int cuCtxGetDevice(int* ordinal) {
  auto lock = locked();
  RETURN_IF(entered());
  *ordinal = current.back()->device;
  return SUCCESS;
}

EXPORT int cuCtxSynchronize() {
  auto lock = locked();
  RETURN_IF(enteredUnsafely());
  streams::finishAll();
  RETURN_IF(failure.code);
  return memory::checkRedZones();
}

// ---- the stand-in's own interface

// What the last call that did not succeed has to say, and empty if all have.
EXPORT const char* ntk4jStandInMessage() {
  static thread_local std::string text;
  auto lock = locked();
  text = failure.code ? failure.message : lastMessage;
  return text.c_str();
}

// What is there of: 0 allocations, 1 bytes, 2 pinned blocks, 3 streams, 4 events, 5 modules,
// 6 graphs; and how often since the process began: 7 kernels, 8 graph launches, 9 copies to the
// device, 10 copies to the host, 11 bytes of copies to the device.
EXPORT long ntk4jStandInCount(int what) {
  auto lock = locked();
  const long counts[] = {memory::count(), (long)memory::live(), memory::pinned(),
                         (long)liveStreams.live.size(), (long)liveEvents.live.size(),
                         (long)liveModules.live.size(),
                         (long)(liveGraphs.live.size() + liveExecutables.live.size()),
                         counters.launches, counters.graphLaunches, counters.copiesToDevice,
                         counters.copiesToHost, counters.bytesToDevice};
  return what < 0 || what > 11 ? -1 : counts[what];
}

// Sets: 0 bytes of a device, 1 number of devices, 2 races are found, 3 order of threads, blocks and
// streams (0 ascending, 1 descending, else the seed of a random one).
EXPORT void ntk4jStandInSet(int what, long value) {
  auto lock = locked();
  if (what == 0) settings.memory = value;
  if (what == 1) settings.devices = (int)value;
  if (what == 2) settings.races = value != 0;
  if (what == 3) settings.order = (unsigned)value;
}

// Kernels may touch only these bytes of the allocation that holds them; all of it if bytes < 0.
EXPORT void ntk4jStandInLimit(uint64_t address, long bytes) {
  auto lock = locked();
  Allocation* a = memory::find(address);
  if (!a) return;
  a->limitBegin = bytes < 0 ? 0 : address;
  a->limitEnd = bytes < 0 ? ~uintptr_t(0) : address + bytes;
}

// Forgets a failure and work that was not done. Memory and handles stay.
EXPORT void ntk4jStandInReset() {
  auto lock = locked();
  streams::reset();
  failure = {};
  lastMessage.clear();
}
