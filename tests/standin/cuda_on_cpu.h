// CUDA C as C++: what a translated kernel sees in place of the language built into NVRTC.
// The translation (nvrtc.cpp) has already replaced `extern __shared__`, numbered the static shared
// arrays by kernel, and appends the table of kernels.
#pragma once
#include "runtime.h"

#define __global__
#define __device__ __attribute__((unused))
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __grid_constant__
#define __sim_text2(x) #x
#define __sim_text(x) __sim_text2(x)
#define __shared_of__(k) static __attribute__((section("sim_shared_" __sim_text(k))))

using size_t = decltype(sizeof(0));
using uint3 = sim_index;
using cudaStream_t = void*;

#define threadIdx (sim_thread_index())
#define blockIdx (sim_block_index())
#define blockDim (sim_block_dim())
#define gridDim (sim_grid_dim())
constexpr int warpSize = 32;

// Vectors: aligned as on the device, so that a misaligned one is found.
#define SIM_VECTORS(T, name, alignment2, alignment4)                              \
  struct name##1 { T x; };                                                        \
  struct __attribute__((aligned(alignment2))) name##2 { T x, y; };                \
  struct name##3 { T x, y, z; };                                                  \
  struct __attribute__((aligned(alignment4))) name##4 { T x, y, z, w; };          \
  inline name##1 make_##name##1(T x) { return {x}; }                              \
  inline name##2 make_##name##2(T x, T y) { return {x, y}; }                      \
  inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; }              \
  inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
SIM_VECTORS(signed char, char, 2, 4)
SIM_VECTORS(unsigned char, uchar, 2, 4)
SIM_VECTORS(short, short, 4, 8)
SIM_VECTORS(unsigned short, ushort, 4, 8)
SIM_VECTORS(int, int, 8, 16)
SIM_VECTORS(long, long, 16, 16)
SIM_VECTORS(unsigned long, ulong, 16, 16)
SIM_VECTORS(long long, longlong, 16, 16)
SIM_VECTORS(unsigned long long, ulonglong, 16, 16)
SIM_VECTORS(float, float, 8, 16)
SIM_VECTORS(double, double, 16, 16)
struct __attribute__((aligned(8))) uint2 { unsigned x, y; };
struct __attribute__((aligned(16))) uint4 { unsigned x, y, z, w; };
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};

// Barriers are told apart by their lines: a block that waits at two of them has diverged.
#define __syncthreads() ((void)sim_barrier(__LINE__, 0))
#define __syncthreads_count(p) sim_barrier(__LINE__, (p) != 0)
#define __syncthreads_or(p) (sim_barrier(__LINE__, (p) != 0) != 0)
#define __syncthreads_and(p) (sim_barrier(__LINE__, (p) == 0) == 0)
#define __syncwarp(...) sim_warp_barrier(sim_mask(__VA_ARGS__), __LINE__)
#define __threadfence() sim_fence()
#define __threadfence_block() sim_fence()
#define __threadfence_system() sim_fence()
#define __trap() sim_trap("__trap()", __LINE__)
#define assert(p) ((p) ? (void)0 : sim_trap("assertion failed: " #p, __LINE__))
inline unsigned sim_mask(unsigned mask = 0xffffffffu) { return mask; }

template <class A, class B>
inline A sim_bits(B value) {
  A bits{};
  __builtin_memcpy(&bits, &value, sizeof(A) < sizeof(B) ? sizeof(A) : sizeof(B));
  return bits;
}

template <class T>
inline T sim_shuffled(unsigned mask, int line, T value, unsigned source) {
  static_assert(sizeof(T) <= 8, "a shuffle moves at most 8 bytes");
  return sim_bits<T>(sim_shuffle(mask, line, sim_bits<unsigned long>(value), source));
}
inline unsigned sim_segment(int width) { return sim_lane() & ~(unsigned)(width - 1); }
template <class T>
inline T sim_shfl(int line, unsigned mask, T value, int source, int width = 32) {
  return sim_shuffled(mask, line, value, sim_segment(width) + (source & (width - 1)));
}
template <class T>
inline T sim_shfl_up(int line, unsigned mask, T value, unsigned delta, int width = 32) {
  int source = (int)sim_lane() - (int)delta;
  bool own = source < (int)sim_segment(width);
  return sim_shuffled(mask, line, value, own ? sim_lane() : source);
}
template <class T>
inline T sim_shfl_down(int line, unsigned mask, T value, unsigned delta, int width = 32) {
  unsigned source = sim_lane() + delta;
  bool own = source >= sim_segment(width) + width;
  return sim_shuffled(mask, line, value, own ? sim_lane() : source);
}
template <class T>
inline T sim_shfl_xor(int line, unsigned mask, T value, int bits, int width = 32) {
  unsigned source = sim_lane() ^ bits;
  bool own = source >= sim_segment(width) + width;
  return sim_shuffled(mask, line, value, own ? sim_lane() : source);
}
#define __shfl_sync(...) sim_shfl(__LINE__, __VA_ARGS__)
#define __shfl_up_sync(...) sim_shfl_up(__LINE__, __VA_ARGS__)
#define __shfl_down_sync(...) sim_shfl_down(__LINE__, __VA_ARGS__)
#define __shfl_xor_sync(...) sim_shfl_xor(__LINE__, __VA_ARGS__)
#define __ballot_sync(mask, p) sim_ballot(mask, __LINE__, (p) != 0)
#define __any_sync(mask, p) (sim_ballot(mask, __LINE__, (p) != 0) != 0)
#define __all_sync(mask, p) (sim_ballot(mask, __LINE__, (p) == 0) == 0)

// Atomics: one kernel runs at a time and a thread gives way only where it waits, so that a plain
// read and write is one; what other threads do to the same place is checked by the driver.
template <class T>
__attribute__((noinline, no_sanitize("thread"))) T sim_replace(T* p, bool store, T next) {
  T old = *p;
  if (store) *p = next;
  return old;
}
template <class T, class F>
inline T sim_atomically(T* p, F f) {
  sim_atomic(p, sizeof(T));
  return sim_replace(p, true, f(sim_replace(p, false, T{})));
}
template <class T> struct sim_same { using type = T; };
template <class T> using sim_as = typename sim_same<T>::type;
#define SIM_ATOMIC(name, expression)                                     \
  template <class T> inline T name(T* p, sim_as<T> value) {               \
    return sim_atomically(p, [&](T old) { return (T)(expression); });     \
  }
SIM_ATOMIC(atomicAdd, old + value)
SIM_ATOMIC(atomicSub, old - value)
SIM_ATOMIC(atomicExch, value)
SIM_ATOMIC(atomicMin, value < old ? value : old)
SIM_ATOMIC(atomicMax, old < value ? value : old)
SIM_ATOMIC(atomicAnd, old & value)
SIM_ATOMIC(atomicOr, old | value)
SIM_ATOMIC(atomicXor, old ^ value)
SIM_ATOMIC(atomicInc, old >= value ? 0 : old + 1)
SIM_ATOMIC(atomicDec, old == 0 || old > value ? value : old - 1)
template <class T>
inline T atomicCAS(T* p, sim_as<T> expected, sim_as<T> value) {
  return sim_atomically(p, [&](T old) { return old == expected ? value : old; });
}

template <class T> inline T __ldg(const T* p) { return *p; }
template <class T> inline T __ldcs(const T* p) { return *p; }
template <class T> inline T __ldcg(const T* p) { return *p; }
template <class T> inline void __stcs(T* p, sim_as<T> value) { *p = value; }
template <class T> inline void __stcg(T* p, sim_as<T> value) { *p = value; }

#include "cuda_math.h"

// The table of kernels.
template <class... A>
struct sim_parameters {
  static constexpr unsigned long sizes[sizeof...(A) + 1] = {sizeof(A)..., 0};
};
template <unsigned long... I> struct sim_list {};
template <unsigned long N, unsigned long... I> struct sim_count : sim_count<N - 1, N - 1, I...> {};
template <unsigned long... I> struct sim_count<0, I...> { using type = sim_list<I...>; };
template <class A> inline A& sim_value(void* p) { return *(A*)p; }
template <auto F> struct sim_caller;
template <class... A, void (*F)(A...)>
struct sim_caller<F> {
  using parameters = sim_parameters<A...>;
  static constexpr int count = sizeof...(A);
  template <unsigned long... I> static void call(void** a, sim_list<I...>) {
    F(sim_value<A>(a[I])...);
  }
  static void call(void** arguments) { call(arguments, typename sim_count<count>::type{}); }
};
#define SIM_SECTION(k)                                                                       \
  extern "C" __attribute__((weak, visibility("hidden"))) char __start_sim_shared_##k[];      \
  extern "C" __attribute__((weak, visibility("hidden"))) char __stop_sim_shared_##k[];
#define SIM_KERNEL(f, k, most)                                                               \
  {#f, sim_caller<&f>::call, sim_caller<&f>::count, sim_caller<&f>::parameters::sizes,        \
   __start_sim_shared_##k, __stop_sim_shared_##k, __start_sim_shared_0, __stop_sim_shared_0, most}
#define SIM_TABLE                                                                            \
  extern "C" __attribute__((externally_visible, visibility("default"))) const sim_kernel      \
      sim_kernels[] =
