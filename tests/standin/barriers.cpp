// Barriers of a block and operations of a warp.
#include <map>

#include "block.h"

namespace {
// ---- barriers of the block
int arrived = 0, flags = 0, lastCount = 0, barrierLine = 0;

// ---- operations of a warp: lanes meet by mask, line and kind
enum Kind { MEET, SHUFFLE, BALLOT };
struct Meeting {
  unsigned mask = 0, arrived = 0, left = 0;
  int line = 0;
  Kind kind = MEET;
  bool complete = false;
  unsigned long value[32] = {};
};
constexpr unsigned long UNDEFINED = ~0UL;
struct Warp {
  std::vector<std::unique_ptr<Meeting>> open;
  uint16_t epoch = 0;
  unsigned alive = 0;  // lanes that have not ended
};
Warp warp[32];

void ready(Thread* thread) {
  if (thread->state == Thread::AT_BARRIER || thread->state == Thread::AT_WARP)
    thread->state = Thread::READY;
}

bool completes(const Warp& w, Meeting& m) {
  return (m.mask & w.alive & ~m.arrived) == 0;
}

void complete(int number, Meeting& m) {
  m.complete = true;
  m.left = m.arrived;
  if (m.kind == MEET) accessor.warpEpoch = ++warp[number].epoch;
  for (int lane = 0; lane < 32; lane++)
    if (m.arrived >> lane & 1) ready(block::thread(number * 32 + lane));
}

const char* nameOf(Kind kind) {
  switch (kind) {
    case MEET: return "__syncwarp";
    case SHUFFLE: return "a shuffle";
    case BALLOT: return "a vote";
  }
  return "";
}

// Joins the meeting and returns it complete; `leave` afterwards.
Meeting& meet(unsigned mask, int line, Kind kind, unsigned long value) {
  Thread* self = block::current();
  Warp& w = warp[self->number / 32];
  unsigned bit = 1u << self->number % 32;
  if (!(mask & bit))
    block::stop(LAUNCH_FAILED, printed("%s at line %d: mask %08x lacks the thread's own lane",
                                       nameOf(kind), line, mask));
  Meeting* m = nullptr;
  for (auto& open : w.open) {
    bool same = open->mask == mask && open->line == line && open->kind == kind;
    if (same && !open->complete && !(open->arrived & bit)) m = open.get();
  }
  if (!m) {
    w.open.push_back(std::make_unique<Meeting>());
    m = w.open.back().get();
    m->mask = mask;
    m->line = line;
    m->kind = kind;
  }
  m->arrived |= bit;
  m->value[self->number % 32] = value;
  if (completes(w, *m)) {
    complete(self->number / 32, *m);
  } else {
    self->state = Thread::AT_WARP;
    self->line = line;
    block::wait();
  }
  return *m;
}

void leave(Meeting& m) {
  Thread* self = block::current();
  auto& open = warp[self->number / 32].open;
  m.left &= ~(1u << self->number % 32);
  if (m.left) return;
  for (size_t i = 0; i < open.size(); i++)
    if (open[i].get() == &m) return (void)open.erase(open.begin() + i);
}
}  // namespace

void warps::begin(int threads) {
  arrived = flags = 0;
  for (int i = 0; i < 32; i++) {
    int lanes = threads - i * 32;
    warp[i].open.clear();
    warp[i].epoch = 0;
    warp[i].alive = lanes >= 32 ? ~0u : lanes > 0 ? (1u << lanes) - 1 : 0;
  }
}

uint16_t warps::epoch(int number) { return warp[number].epoch; }

void block::threadEnded(Thread* thread) {
  Warp& w = warp[thread->number / 32];
  w.alive &= ~(1u << thread->number % 32);
  for (auto& m : w.open)
    if (!m->complete && m->arrived && completes(w, *m)) complete(thread->number / 32, *m);
}

std::string block::deadlock(Thread* threads, int n) {
  std::map<std::string, int> waiting;
  int ended = 0;
  Thread* example = nullptr;
  for (int i = 0; i < n; i++) {
    if (threads[i].state == Thread::ENDED) {
      ended++;
      continue;
    }
    if (!example) example = &threads[i];
    const char* what = threads[i].state == Thread::AT_BARRIER ? "__syncthreads" : "a warp's mask";
    waiting[printed("%s at line %d", what, threads[i].line)]++;
  }
  std::string text = "not all threads reach a barrier: ";
  for (auto& [what, count] : waiting) text += printed("%d wait at %s, ", count, what.c_str());
  text += printed("%d have ended; the first that waits is thread %u,%u,%u", ended,
                  example->index.x, example->index.y, example->index.z);
  return text + block::where();
}

EXPORT int sim_barrier(int line, int flag) {
  Thread* self = block::current();
  if (arrived && line != barrierLine)
    block::stop(LAUNCH_FAILED, printed("barriers in divergent code: threads of one block wait at "
                                       "lines %d and %d", barrierLine, line));
  barrierLine = line;
  flags += flag;
  if (++arrived == block::size()) {
    accessor.epoch++;
    lastCount = flags;
    arrived = flags = 0;
    for (int i = 0; i < block::size(); i++) ready(block::thread(i));
    return lastCount;
  }
  self->state = Thread::AT_BARRIER;
  self->line = line;
  block::wait();
  // Nobody completes the next barrier before this thread has arrived there too.
  return lastCount;
}

EXPORT void sim_warp_barrier(unsigned mask, int line) { leave(meet(mask, line, MEET, 0)); }

EXPORT unsigned long sim_shuffle(unsigned mask, int line, unsigned long value, unsigned source) {
  Meeting& m = meet(mask, line, SHUFFLE, value);
  source %= 32;
  unsigned long result = m.arrived >> source & 1 ? m.value[source] : UNDEFINED;
  leave(m);
  return result;
}

EXPORT unsigned sim_ballot(unsigned mask, int line, int flag) {
  Meeting& m = meet(mask, line, BALLOT, flag);
  unsigned result = 0;
  for (int lane = 0; lane < 32; lane++)
    if (m.arrived >> lane & 1) result |= (unsigned)m.value[lane] << lane;
  leave(m);
  return result;
}
