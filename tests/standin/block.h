// Threads of the block that runs.
#pragma once
#include "standin.h"

struct Thread {
  enum State { UNSTARTED, RUNNING, READY, AT_BARRIER, AT_WARP, ENDED };
  State state = UNSTARTED;
  int number = 0;
  sim_index index{};
  int line = 0;              // where it waits
};

namespace block {
Thread* current();
Thread* thread(int number);
int size();
void wait();  // gives way until the thread is READY again
void threadEnded(Thread* thread);
std::string deadlock(Thread* threads, int n);
}  // namespace block

namespace warps {
void begin(int threads);
uint16_t epoch(int warp);
}  // namespace warps
