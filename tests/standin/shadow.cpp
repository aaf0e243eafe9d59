// Checks every access of a kernel to memory. g++'s -fsanitize=thread announces each one by a call
// of __tsan_read4 and its like, which are defined here. An access must lie inside an allocation or
// inside the block's shared memory, be aligned, and be ordered against those of other threads by a
// barrier: `Cell` remembers who last wrote and who has read each four bytes.
#include <algorithm>
#include <csignal>
#include <cstring>

#include "block.h"

namespace {
// PEEK: a volatile read, which may meet atomic accesses of others.
enum Kind { READ, WRITE, ATOMIC, PEEK };
enum Flag : uint8_t { BY_ATOMIC = 1, MANY_THREADS = 2, OTHER_WARPS = 4, OTHER_BLOCKS = 8 };

// The last write, or what is worth knowing of the reads since another launch or barrier.
struct Side {
  uint32_t launch, block;
  uint16_t epoch, warpEpoch, thread;
  uint8_t mask;  // low half: the bytes; high half of a write: bytes ever written in this launch
  uint8_t flags;
};
struct Cell {
  Side write, read;
};
static_assert(sizeof(Cell) == 32);

constexpr size_t MOST_SHARED = 256 << 10;
Cell sharedCells[2 * MOST_SHARED / 4];
struct Range {
  uintptr_t begin, size;
  Cell* cells;
} ranges[3];  // dynamic shared memory, the kernel's static one, that of its functions
uintptr_t imageBegin, imageSize;

const char* nameOf(Kind kind) {
  return kind == READ || kind == PEEK ? "read" : kind == WRITE ? "write" : "atomic access";
}

// Whether a barrier lies between what the side tells of and now.
bool ordered(const Side& s, const Accessor& me) {
  if (s.block != me.block) return false;
  if (s.thread == me.thread || s.epoch != me.epoch) return true;
  return s.thread / 32 == me.thread / 32 && s.warpEpoch != me.warpEpoch;
}

bool readersOrdered(const Side& r, const Accessor& me) {
  if ((r.flags & OTHER_BLOCKS) || r.block != me.block) return false;
  if (r.epoch != me.epoch) return true;
  if ((r.flags & OTHER_WARPS) || r.thread / 32 != me.thread / 32) return false;
  if (r.warpEpoch != me.warpEpoch) return true;
  return !(r.flags & MANY_THREADS) && r.thread == me.thread;
}

Side sideOf(const Accessor& me, uint8_t mask, uint8_t flags) {
  return {me.launch, me.block, me.epoch, me.warpEpoch, me.thread, mask, flags};
}

// Several readers of the same bytes become one entry; of other bytes, the later one counts.
void noteRead(Side& r, const Accessor& me, uint8_t mask) {
  if (r.launch != me.launch) {
    r = sideOf(me, mask, 0);
    return;
  }
  bool same = r.thread == me.thread && r.epoch == me.epoch && r.block == me.block;
  uint8_t flags = r.flags;
  if (same && r.warpEpoch == me.warpEpoch && !flags) {
    r.mask |= mask;
    return;
  }
  uint8_t both = r.mask & mask;
  if (!both) {
    r = sideOf(me, mask, 0);
    return;
  }
  if (r.block != me.block) {
    r.flags |= OTHER_BLOCKS;
  } else if (r.epoch != me.epoch) {
    r = sideOf(me, mask, flags & OTHER_BLOCKS);
    if (!(flags & OTHER_BLOCKS)) return;
  } else if (r.thread / 32 != me.thread / 32) {
    r.flags |= OTHER_WARPS;
  } else if (r.warpEpoch != me.warpEpoch) {
    r = sideOf(me, both, flags & ~MANY_THREADS);
  } else if (r.thread != me.thread) {
    r.flags |= MANY_THREADS;
  }
  r.mask = both;
}

void noteWrite(Side& w, const Accessor& me, uint8_t mask, uint8_t flags) {
  uint8_t ever = mask << 4 | (w.launch == me.launch ? w.mask & 0xf0 : 0);
  bool same = w.launch == me.launch && w.block == me.block && w.thread == me.thread &&
              w.epoch == me.epoch && w.warpEpoch == me.warpEpoch && w.flags == flags;
  w = sideOf(me, (same ? w.mask & 0xf : 0) | mask | ever, flags);
}

void race(const char* what, const Side& other, Kind kind, uintptr_t address, const Range* shared) {
  const char* space = shared ? "shared memory" : "device memory";
  std::string place =
      shared ? printed(", at offset %zu of %zu", address - shared->begin, shared->size)
             : ", " + memory::describe(address);
  block::stop(LAUNCH_FAILED,
              printed("race in %s: %s by block %u, thread %u and this %s with no barrier between%s",
                      space, what, other.block, other.thread, nameOf(kind), place.c_str()));
}

void note(Cell& cell, const Accessor& me, uint8_t mask, Kind kind, uintptr_t address,
          const Range* shared) {
  Side &w = cell.write, &r = cell.read;
  if (shared && kind != WRITE && (w.launch != me.launch || mask & ~(w.mask >> 4)))
    block::stop(LAUNCH_FAILED,
                printed("%s of shared memory that no thread of the block has written, offset %zu "
                        "of %zu", nameOf(kind), address - shared->begin, shared->size));
  bool wrote = settings.races && w.launch == me.launch && (w.mask & mask) && !ordered(w, me);
  bool atomic = kind == ATOMIC || kind == PEEK;
  if (wrote && !(atomic && (w.flags & BY_ATOMIC))) race("a write", w, kind, address, shared);
  if (kind == PEEK) return;
  if (kind == READ) {
    noteRead(r, me, mask);
    return;
  }
  if (settings.races && r.launch == me.launch && (r.mask & mask) && !readersOrdered(r, me))
    race("a read", r, kind, address, shared);
  noteWrite(w, me, mask, kind == ATOMIC ? BY_ATOMIC : 0);
}

void noteAll(Cell* cells, uintptr_t offset, size_t bytes, const Accessor& me, Kind kind,
             uintptr_t address, const Range* shared) {
  for (uintptr_t at = offset; at < offset + bytes;) {
    uintptr_t end = std::min<uintptr_t>(offset + bytes, (at | 3) + 1);
    uint8_t mask = ((1 << (end - at)) - 1) << (at & 3);
    note(cells[at / 4], me, mask, kind, address, shared);
    at = end;
  }
}

void inShared(Range& range, uintptr_t offset, size_t bytes, Kind kind, uintptr_t address) {
  if (offset + bytes > range.size)
    block::stop(ILLEGAL_ADDRESS,
                printed("%s of %zu bytes at offset %zu of %zu bytes of shared memory",
                        nameOf(kind), bytes, offset, range.size));
  Accessor me = accessor;
  me.launch = me.instance;  // shared memory is new for each block
  me.block = 0;
  noteAll(range.cells, offset, bytes, me, kind, address, &range);
}

void inDevice(uintptr_t address, size_t bytes, Kind kind) {
  const Allocation* a = memory::find(address);
  if (!a || address < a->begin || address + bytes > a->begin + a->bytes)
    block::stop(ILLEGAL_ADDRESS,
                printed("%s of %zu bytes %s", nameOf(kind), bytes,
                        memory::describe(address).c_str()));
  if (address < a->limitBegin || address + bytes > a->limitEnd)
    block::stop(ILLEGAL_ADDRESS,
                printed("%s of %zu bytes %s, outside of its limits", nameOf(kind), bytes,
                        memory::describe(address).c_str()));
  if (!a->raced || !settings.races) return;
  uintptr_t low = address & 3;
  noteAll((Cell*)memory::shadow(address & ~uintptr_t(3)), low, bytes, accessor, kind, address,
          nullptr);
}

void access(uintptr_t address, size_t bytes, Kind kind) {
  if (memory::isDevice(address)) return inDevice(address, bytes, kind);
  for (Range& range : ranges)
    if (address - range.begin < range.size + 64 && range.size)
      return inShared(range, address - range.begin, bytes, kind, address);
  if (block::onStack(address) || address - imageBegin < imageSize) return;
  if (block::isParameter(address) || memory::isPinned(address, bytes)) return;
  block::stop(ILLEGAL_ADDRESS,
              printed("%s of %zu bytes at %#lx, which is no address of the device", nameOf(kind),
                      bytes, (unsigned long)address));
}

void accessAligned(void* p, size_t bytes, Kind kind) {
  uintptr_t address = (uintptr_t)p;
  if (!block::running()) return;
  if (address % bytes)
    block::stop(MISALIGNED_ADDRESS, printed("%s of %zu bytes at a multiple of %zu bytes only",
                                            nameOf(kind), bytes, address & -address));
  access(address, bytes, kind);
}

struct sigaction before[2];

void onFault(int signal, siginfo_t* info, void* context) {
  uintptr_t address = (uintptr_t)info->si_addr;
  char here;
  if (block::running() && block::onStack((uintptr_t)&here))
    block::stop(ILLEGAL_ADDRESS, "access " + memory::describe(address));
  struct sigaction& old = before[signal == SIGBUS];
  if (old.sa_flags & SA_SIGINFO) return old.sa_sigaction(signal, info, context);
  if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) return old.sa_handler(signal);
  sigaction(signal, &old, nullptr);
}
}  // namespace

void shadow::beginBlock(const Launch& launch, char* dynamicShared) {
  const sim_kernel& k = *launch.kernel;
  size_t own = k.shared_end - k.shared, common = k.common_end - k.common;
  ranges[0] = {(uintptr_t)dynamicShared, launch.sharedBytes, sharedCells};
  ranges[1] = {(uintptr_t)k.shared, own, sharedCells + (launch.sharedBytes + 3) / 4 + 1};
  ranges[2] = {(uintptr_t)k.common, common, ranges[1].cells + (own + 3) / 4 + 1};
  imageBegin = (uintptr_t)launch.imageBegin;
  imageSize = launch.imageEnd - launch.imageBegin;
}

void shadow::install() {
  struct sigaction action {};
  action.sa_sigaction = onFault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, &before[0]);
  sigaction(SIGBUS, &action, &before[1]);
}

EXPORT void sim_fence() {}
EXPORT void sim_atomic(void* p, unsigned long bytes) { accessAligned(p, bytes, ATOMIC); }

#define ACCESS(n)                                                                          \
  EXPORT void __tsan_read##n(void* p) { accessAligned(p, n, READ); }                        \
  EXPORT void __tsan_write##n(void* p) { accessAligned(p, n, WRITE); }                      \
  EXPORT void __tsan_volatile_read##n(void* p) { accessAligned(p, n, PEEK); }               \
  EXPORT void __tsan_volatile_write##n(void* p) { accessAligned(p, n, ATOMIC); }            \
  EXPORT void __tsan_unaligned_read##n(void* p) { access((uintptr_t)p, n, READ); }          \
  EXPORT void __tsan_unaligned_write##n(void* p) { access((uintptr_t)p, n, WRITE); }        \
  EXPORT void __tsan_unaligned_volatile_read##n(void* p) { access((uintptr_t)p, n, PEEK); } \
  EXPORT void __tsan_unaligned_volatile_write##n(void* p) { access((uintptr_t)p, n, ATOMIC); }
ACCESS(1) ACCESS(2) ACCESS(4) ACCESS(8) ACCESS(16)
EXPORT void __tsan_read_range(void* p, unsigned long n) { if (n) access((uintptr_t)p, n, READ); }
EXPORT void __tsan_write_range(void* p, unsigned long n) { if (n) access((uintptr_t)p, n, WRITE); }
EXPORT void __tsan_init() {}
EXPORT void __tsan_vptr_update(void**, void*) {}

// -fsanitize=alignment,bounds calls these with the place in the source.
struct Place {
  const char* file;
  uint32_t line, column;
};
EXPORT void __ubsan_handle_type_mismatch_v1_abort(Place* place, void* address) {
  block::stop(MISALIGNED_ADDRESS,
              printed("misaligned access to %p at line %u", address, place->line));
}
EXPORT void __ubsan_handle_out_of_bounds_abort(Place* place, unsigned long index) {
  block::stop(ILLEGAL_ADDRESS, printed("index %ld of an array is out of its bounds at line %u",
                                       (long)index, place->line));
}
