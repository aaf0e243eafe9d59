// Device memory: NaN at first; each allocation has pages of its own that end where it ends, up to
// its alignment; what is left of its pages holds a pattern that must not change. The pages between
// and those of freed allocations cannot be touched, and no address is used twice before 256 GiB
// are.
#include <sys/mman.h>

#include <cstring>
#include <map>

#include "standin.h"

namespace {
constexpr size_t PAGE = 4096, REGION = size_t(1) << 38, ALIGNMENT = 256;
constexpr size_t MOST_FILLED = size_t(1) << 30, MOST_RACED = size_t(64) << 20;
constexpr unsigned char RED = 0xA5;

char* region = nullptr;
char* cells = nullptr;             // 32 bytes for each four, by offset
Allocation** pageTable = nullptr;  // by page
size_t cursor = PAGE;
std::map<uintptr_t, std::unique_ptr<Allocation>> allocations;  // by their pages
std::map<uintptr_t, size_t> pinnedBlocks;
size_t liveBytes = 0;
long numbers = 0;

char* reserve(size_t bytes, int protection) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void* p = mmap(nullptr, bytes, protection, flags, -1, 0);
  return p == MAP_FAILED ? nullptr : (char*)p;
}

bool prepare() {
  if (region) return true;
  cells = reserve(REGION * 8, PROT_NONE);
  pageTable = (Allocation**)reserve(REGION / PAGE * 8, PROT_READ | PROT_WRITE);
  region = reserve(REGION, PROT_NONE);
  return region && cells && pageTable;
}

// The next free run of addresses, with a page that nobody has before and after it.
uintptr_t place(size_t bytes) {
  for (int round = 0; round < 2; round++) {
    while (cursor + bytes + PAGE <= REGION) {
      uintptr_t at = (uintptr_t)region + cursor;
      auto next = allocations.lower_bound(at);
      bool before = next == allocations.begin() ||
                    std::prev(next)->second->pages + std::prev(next)->second->mapped + PAGE <= at;
      bool after = next == allocations.end() || at + bytes + PAGE <= next->first;
      cursor += (before && after ? bytes : 0) + PAGE;
      if (before && after) return at;
    }
    cursor = PAGE;
  }
  return 0;
}

Code damaged(const Allocation& a, uintptr_t at) {
  return fail(ILLEGAL_ADDRESS, "something was written " + memory::describe(at) +
                                   ", found when allocation " + std::to_string(a.number) +
                                   " was checked");
}

Code checkRedZone(const Allocation& a) {
  for (uintptr_t p = a.pages; p < a.begin; p++)
    if (*(unsigned char*)p != RED) return damaged(a, p);
  for (uintptr_t p = a.begin + a.bytes; p < a.pages + a.mapped; p++)
    if (*(unsigned char*)p != RED) return damaged(a, p);
  return SUCCESS;
}

void drop(const Allocation& a) {
  size_t offset = a.pages - (uintptr_t)region;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  mmap((void*)a.pages, a.mapped, PROT_NONE, flags, -1, 0);
  if (a.raced) mmap(cells + offset * 8, a.mapped * 8, PROT_NONE, flags, -1, 0);
  for (size_t i = 0; i < a.mapped / PAGE; i++) pageTable[offset / PAGE + i] = nullptr;
  liveBytes -= a.bytes;
}
}  // namespace

Code memory::allocate(uint64_t* address, size_t bytes) {
  if (bytes == 0) return refuse(INVALID_VALUE, "an allocation of 0 bytes");
  if (liveBytes + bytes > settings.memory) return refuse(OUT_OF_MEMORY, "out of memory");
  if (!prepare()) return refuse(OUT_OF_MEMORY, "cannot reserve addresses");
  size_t used = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  auto a = std::make_unique<Allocation>();
  a->mapped = (used + PAGE - 1) / PAGE * PAGE;
  a->pages = place(a->mapped);
  if (!a->pages) return refuse(OUT_OF_MEMORY, "out of addresses");
  a->begin = a->pages + a->mapped - used;
  a->bytes = bytes;
  a->number = ++numbers;
  a->raced = bytes <= MOST_RACED;
  size_t offset = a->pages - (uintptr_t)region;
  if (mprotect((void*)a->pages, a->mapped, PROT_READ | PROT_WRITE))
    return refuse(OUT_OF_MEMORY, "no pages");
  if (a->raced) mprotect(cells + offset * 8, a->mapped * 8, PROT_READ | PROT_WRITE);
  memset((void*)a->pages, RED, a->begin - a->pages);
  memset((void*)a->begin, 0xff, std::min(bytes, MOST_FILLED));
  memset((void*)(a->begin + bytes), RED, used - bytes);
  for (size_t i = 0; i < a->mapped / PAGE; i++) pageTable[offset / PAGE + i] = a.get();
  liveBytes += bytes;
  *address = a->begin;
  allocations[a->pages] = std::move(a);
  return SUCCESS;
}

Code memory::release(uint64_t address) {
  if (address == 0) return SUCCESS;
  const Allocation* a = find(address);
  if (!a || a->begin != address)
    return fail(INVALID_VALUE, "freed what is no allocation: " + describe(address));
  Code code = checkRedZone(*a);
  drop(*a);
  allocations.erase(a->pages);
  return code;
}

Code memory::checkRedZones() {
  for (auto& [pages, a] : allocations)
    if (Code code = checkRedZone(*a)) return code;
  return SUCCESS;
}

bool memory::isDevice(uintptr_t address) { return region && address - (uintptr_t)region < REGION; }

Allocation* memory::find(uintptr_t address) {
  return isDevice(address) ? pageTable[(address - (uintptr_t)region) / PAGE] : nullptr;
}

void* memory::shadow(uintptr_t address) { return cells + (address - (uintptr_t)region) * 8; }

Code memory::check(uintptr_t address, size_t bytes, const char* what) {
  const Allocation* a = find(address);
  if (a && address >= a->begin && address + bytes <= a->begin + a->bytes) return SUCCESS;
  return fail(INVALID_VALUE, printed("%s of %zu bytes %s", what, bytes, describe(address).c_str()));
}

std::string memory::describe(uintptr_t address) {
  auto next = allocations.upper_bound(address);
  const Allocation* a = next == allocations.begin() ? nullptr : std::prev(next)->second.get();
  const Allocation* b = next == allocations.end() ? nullptr : next->second.get();
  if (!isDevice(address)) return printed("at %#lx, no address of the device", address);
  if (a && address >= a->begin && address < a->begin + a->bytes)
    return printed("at byte %zu of allocation %ld of %zu bytes", address - a->begin, a->number,
                   a->bytes);
  if (a && address < a->begin)
    return printed("%zu bytes before allocation %ld of %zu bytes", a->begin - address, a->number,
                   a->bytes);
  if (b && (!a || b->begin - address < address - a->begin - a->bytes))
    return printed("%zu bytes before allocation %ld of %zu bytes", b->begin - address, b->number,
                   b->bytes);
  if (a)
    return printed("%zu bytes past the end of allocation %ld of %zu bytes",
                   address - a->begin - a->bytes, a->number, a->bytes);
  return "in device memory that nobody has";
}

size_t memory::live() { return liveBytes; }
long memory::count() { return (long)allocations.size(); }

void memory::pin(void* address, size_t bytes) { pinnedBlocks[(uintptr_t)address] = bytes; }
bool memory::unpin(void* address) { return pinnedBlocks.erase((uintptr_t)address) > 0; }
long memory::pinned() { return (long)pinnedBlocks.size(); }

bool memory::isPinned(uintptr_t address, size_t bytes) {
  auto next = pinnedBlocks.upper_bound(address);
  if (next == pinnedBlocks.begin()) return false;
  auto [begin, size] = *std::prev(next);
  return address + bytes <= begin + size;
}
