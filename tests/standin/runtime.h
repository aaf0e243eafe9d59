// What translated kernels and the stand-in driver know of each other. The driver's library defines
// the functions; a translated kernel is a shared object that calls them and ends in `sim_kernels`.
#pragma once

struct sim_index {
  unsigned x, y, z;
};

// One kernel: how to call it, and what the driver must know before it does.
struct sim_kernel {
  const char* name;
  void (*call)(void** arguments);
  int count;                  // parameters
  const unsigned long* sizes;  // bytes of each parameter
  char* shared;               // static shared memory of the kernel, [shared, shared_end)
  char* shared_end;
  char* common;               // static shared memory of the functions that kernels call
  char* common_end;
  int most_threads;           // of __launch_bounds__, 0 for none
};

extern "C" {
// const: a kernel may keep what they return over a barrier.
sim_index sim_thread_index() __attribute__((const));
sim_index sim_block_index() __attribute__((const));
sim_index sim_block_dim() __attribute__((const));
sim_index sim_grid_dim() __attribute__((const));
void* sim_dynamic_shared() __attribute__((const));
unsigned sim_lane() __attribute__((const));

// Waits for all threads of the block and counts those whose flag is set.
int sim_barrier(int line, int flag);
// Waits for the lanes of the mask.
void sim_warp_barrier(unsigned mask, int line);
// The value that the source lane passed; an undefined one if it takes no part.
unsigned long sim_shuffle(unsigned mask, int line, unsigned long value, unsigned source);
// Bit i is set where lane i passed true.
unsigned sim_ballot(unsigned mask, int line, int flag);
// Announces an atomic access.
void sim_atomic(void* address, unsigned long bytes);
// Nothing is done: threads run one at a time. What passes from block to block of one launch behind
// a fence is still a race to the stand-in.
void sim_fence();
// Ends the kernel with a message.
void sim_trap(const char* why, int line) __attribute__((noreturn));
}
