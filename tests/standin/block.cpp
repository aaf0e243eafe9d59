// Runs a kernel block by block. A thread runs on a fiber until it waits or ends; a fiber whose
// thread has ended takes the next thread, so a block without barriers is a plain loop.
#include "block.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <random>

extern "C" void sim_switch(void** from, void* to);
asm(R"(
.text
.hidden sim_switch
.globl sim_switch
.type sim_switch,@function
sim_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size sim_switch,.-sim_switch
)");

Accessor accessor{};

namespace {
constexpr size_t STACK = 256 << 10, PAGE = 4096;
constexpr int MOST = 1024;
constexpr size_t MOST_SHARED = 227 << 10;

struct Fiber {
  char* stack = nullptr;  // lowest address
  void* pointer = nullptr;
};

char* stacks = nullptr;
char* dynamicShared = nullptr;
void* scheduler = nullptr;  // stack pointer of run()
std::vector<Fiber*> idle;
std::vector<Fiber> fibers;
Thread threads[MOST];
Fiber* fiberOf[MOST];
int order[MOST];
int ordered = 0, nextUnstarted = 0;  // of order
Thread* now = nullptr;
const Launch* launch = nullptr;
// What the call of a kernel reads; no parameter list has more than 4 KiB.
struct {
  void* pointers[512];
  uint64_t words[512];
} parameters;
sim_index blockIndex;
std::mt19937 random_;
bool stopped = false;

void prepare() {
  if (stacks) return;
  int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  stacks = (char*)mmap(nullptr, STACK * MOST, protection, flags, -1, 0);
  fibers.resize(MOST);
  for (int i = 0; i < MOST; i++) {
    fibers[i].stack = stacks + STACK * i;
    mprotect(fibers[i].stack, PAGE, PROT_NONE);
  }
  // Dynamic shared memory ends at a page that cannot be touched.
  dynamicShared = (char*)mmap(nullptr, MOST_SHARED + 2 * PAGE, protection, flags, -1, 0);
  mprotect(dynamicShared + MOST_SHARED + PAGE, PAGE, PROT_NONE);
}

void take(Thread* thread) {
  now = thread;
  accessor.thread = thread->number;
  accessor.warpEpoch = warps::epoch(thread->number / 32);
}

// The fiber's life: threads one after another, until one is left waiting on another fiber.
void live() {
  for (;;) {
    launch->kernel->call(parameters.pointers);
    now->state = Thread::ENDED;
    block::threadEnded(now);
    if (nextUnstarted >= ordered) {
      idle.push_back(fiberOf[now->number]);
      void* unused;
      sim_switch(&unused, scheduler);
    }
    Thread* next = &threads[order[nextUnstarted++]];
    fiberOf[next->number] = fiberOf[now->number];
    next->state = Thread::RUNNING;
    take(next);
  }
}

void start(Thread* thread) {
  Fiber* fiber = idle.back();
  idle.pop_back();
  fiberOf[thread->number] = fiber;
  // The stack is aligned as after a call, whose return address is the last word.
  void** top = (void**)(fiber->stack + STACK - 64);
  *--top = nullptr;
  *--top = (void*)live;
  for (int i = 0; i < 6; i++) *--top = nullptr;
  fiber->pointer = top;
  thread->state = Thread::RUNNING;
  take(thread);
  sim_switch(&scheduler, fiber->pointer);
}

void resume(Thread* thread) {
  thread->state = Thread::RUNNING;
  take(thread);
  sim_switch(&scheduler, fiberOf[thread->number]->pointer);
}

void shuffle(int n) {
  for (int i = 0; i < n; i++) order[i] = settings.order == 1 ? n - 1 - i : i;
  if (settings.order > 1) std::shuffle(order, order + n, random_);
}

void poison(char* begin, char* end) {
  if (begin < end) memset(begin, 0xff, end - begin);
}

void beginBlock(int n) {
  const sim_kernel& k = *launch->kernel;
  poison(k.shared, k.shared_end);
  poison(k.common, k.common_end);
  char* shared = (char*)sim_dynamic_shared();
  poison(shared, shared + launch->sharedBytes);
  shadow::beginBlock(*launch, shared);
  accessor.epoch = 0;
  warps::begin(n);
  unsigned bx = launch->block.x, by = launch->block.y;
  for (int i = 0; i < n; i++) {
    threads[i] = Thread{};
    threads[i].number = i;
    threads[i].index = {i % bx, i / bx % by, i / (bx * by)};
  }
  shuffle(n);
  ordered = n;
  nextUnstarted = 0;
  idle.clear();
  for (int i = n; i-- > 0;) idle.push_back(&fibers[i]);
}

void runBlock(int n) {
  beginBlock(n);
  for (;;) {
    bool progress = false;
    while (!stopped && nextUnstarted < ordered) {
      start(&threads[order[nextUnstarted++]]);
      progress = true;
    }
    for (int i = 0; i < n && !stopped; i++) {
      Thread* thread = &threads[order[i]];
      if (thread->state != Thread::READY) continue;
      resume(thread);
      progress = true;
    }
    if (stopped || std::all_of(threads, threads + n, [](Thread& t) {
          return t.state == Thread::ENDED;
        })) return;
    if (!progress) {
      fail(LAUNCH_FAILED, block::deadlock(threads, n));
      return;
    }
  }
}
}  // namespace

Thread* block::current() { return now; }
Thread* block::thread(int number) { return &threads[number]; }
int block::size() { return ordered; }
bool block::running() { return now != nullptr; }

void block::wait() {
  sim_switch(&fiberOf[now->number]->pointer, scheduler);
}

void block::stop(Code code, const std::string& message) {
  fail(code, message + where());
  stopped = true;
  void* unused;
  sim_switch(&unused, scheduler);
  __builtin_unreachable();
}

bool block::onStack(uintptr_t address) { return address - (uintptr_t)stacks < STACK * MOST; }

bool block::isParameter(uintptr_t address) {
  return address - (uintptr_t)&parameters < sizeof parameters;
}

std::string block::where() {
  if (!now) return "";
  return printed(" (kernel %s, block %u,%u,%u, thread %u,%u,%u)", launch->kernel->name,
                 blockIndex.x, blockIndex.y, blockIndex.z, now->index.x, now->index.y,
                 now->index.z);
}

void block::run(const Launch& l) {
  prepare();
  launch = &l;
  stopped = false;
  accessor.launch++;
  random_.seed(settings.order + accessor.launch);
  std::copy(l.arguments.begin(), l.arguments.end(), parameters.words);
  for (size_t i = 0; i < l.offsets.size(); i++)
    parameters.pointers[i] = &parameters.words[l.offsets[i]];
  size_t blocks = (size_t)l.grid.x * l.grid.y * l.grid.z;
  int n = l.block.x * l.block.y * l.block.z;
  // A random order of blocks: steps that are prime to their number.
  size_t step = 1, first = 0;
  if (settings.order > 1) {
    first = random_() % blocks;
    do step = 1 + random_() % blocks; while (std::__gcd(step, blocks) != 1);
  }
  for (size_t i = 0; i < blocks && !stopped && failure.code == SUCCESS; i++) {
    size_t b = settings.order == 1 ? blocks - 1 - i : (first + i * step) % blocks;
    blockIndex = {(unsigned)(b % l.grid.x), (unsigned)(b / l.grid.x % l.grid.y),
                  (unsigned)(b / l.grid.x / l.grid.y)};
    accessor.block = (uint32_t)b;
    accessor.instance++;
    runBlock(n);
  }
  now = nullptr;
}

EXPORT sim_index sim_thread_index() { return now->index; }
EXPORT sim_index sim_block_index() { return blockIndex; }
EXPORT sim_index sim_block_dim() { return launch->block; }
EXPORT sim_index sim_grid_dim() { return launch->grid; }
EXPORT unsigned sim_lane() { return now->number % 32; }
EXPORT void* sim_dynamic_shared() {
  // Its end at the forbidden page as nearly as vectors' alignment allows.
  return dynamicShared + PAGE + MOST_SHARED - (launch->sharedBytes + 127) / 128 * 128;
}
EXPORT void sim_trap(const char* why, int line) {
  block::stop(ASSERT, printed("%s at line %d", why, line));
}
