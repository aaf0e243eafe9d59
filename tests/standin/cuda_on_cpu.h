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
#define __ntk_text2(x) #x
#define __ntk_text(x) __ntk_text2(x)
#define __shared_of__(k) static __attribute__((section("ntk_shared_" __ntk_text(k))))

using size_t = decltype(sizeof(0));
using uint3 = ntk_index;
using cudaStream_t = void*;

#define threadIdx (ntk_thread_index())
#define blockIdx (ntk_block_index())
#define blockDim (ntk_block_dim())
#define gridDim (ntk_grid_dim())
constexpr int warpSize = 32;

// Vectors: aligned as on the device, so that a misaligned one is found.
#define NTK_VECTORS(T, name, alignment2, alignment4)                              \
  struct name##1 { T x; };                                                        \
  struct __attribute__((aligned(alignment2))) name##2 { T x, y; };                \
  struct name##3 { T x, y, z; };                                                  \
  struct __attribute__((aligned(alignment4))) name##4 { T x, y, z, w; };          \
  inline name##1 make_##name##1(T x) { return {x}; }                              \
  inline name##2 make_##name##2(T x, T y) { return {x, y}; }                      \
  inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; }              \
  inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
NTK_VECTORS(signed char, char, 2, 4)
NTK_VECTORS(unsigned char, uchar, 2, 4)
NTK_VECTORS(short, short, 4, 8)
NTK_VECTORS(unsigned short, ushort, 4, 8)
NTK_VECTORS(int, int, 8, 16)
NTK_VECTORS(long, long, 16, 16)
NTK_VECTORS(unsigned long, ulong, 16, 16)
NTK_VECTORS(long long, longlong, 16, 16)
NTK_VECTORS(unsigned long long, ulonglong, 16, 16)
NTK_VECTORS(float, float, 8, 16)
NTK_VECTORS(double, double, 16, 16)
struct __attribute__((aligned(8))) uint2 { unsigned x, y; };
struct __attribute__((aligned(16))) uint4 { unsigned x, y, z, w; };
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};

// Barriers are told apart by their lines: a block that waits at two of them has diverged.
#define __syncthreads() ((void)ntk_barrier(__LINE__, 0))
#define __syncthreads_count(p) ntk_barrier(__LINE__, (p) != 0)
#define __syncthreads_or(p) (ntk_barrier(__LINE__, (p) != 0) != 0)
#define __syncthreads_and(p) (ntk_barrier(__LINE__, (p) == 0) == 0)
#define __syncwarp(...) ntk_warp_barrier(ntk_mask(__VA_ARGS__), __LINE__)
#define __threadfence() ntk_fence()
#define __threadfence_block() ntk_fence()
#define __threadfence_system() ntk_fence()
#define __trap() ntk_trap("__trap()", __LINE__)
#define assert(p) ((p) ? (void)0 : ntk_trap("assertion failed: " #p, __LINE__))
inline unsigned ntk_mask(unsigned mask = 0xffffffffu) { return mask; }

template <class A, class B>
inline A ntk_bits(B value) {
  A bits{};
  __builtin_memcpy(&bits, &value, sizeof(A) < sizeof(B) ? sizeof(A) : sizeof(B));
  return bits;
}

template <class T>
inline T ntk_shuffled(unsigned mask, int line, T value, unsigned source) {
  static_assert(sizeof(T) <= 8, "a shuffle moves at most 8 bytes");
  return ntk_bits<T>(ntk_shuffle(mask, line, ntk_bits<unsigned long>(value), source));
}
inline unsigned ntk_segment(int width) { return ntk_lane() & ~(unsigned)(width - 1); }
template <class T>
inline T ntk_shfl(int line, unsigned mask, T value, int source, int width = 32) {
  return ntk_shuffled(mask, line, value, ntk_segment(width) + (source & (width - 1)));
}
template <class T>
inline T ntk_shfl_up(int line, unsigned mask, T value, unsigned delta, int width = 32) {
  int source = (int)ntk_lane() - (int)delta;
  bool own = source < (int)ntk_segment(width);
  return ntk_shuffled(mask, line, value, own ? ntk_lane() : source);
}
template <class T>
inline T ntk_shfl_down(int line, unsigned mask, T value, unsigned delta, int width = 32) {
  unsigned source = ntk_lane() + delta;
  bool own = source >= ntk_segment(width) + width;
  return ntk_shuffled(mask, line, value, own ? ntk_lane() : source);
}
template <class T>
inline T ntk_shfl_xor(int line, unsigned mask, T value, int bits, int width = 32) {
  unsigned source = ntk_lane() ^ bits;
  bool own = source >= ntk_segment(width) + width;
  return ntk_shuffled(mask, line, value, own ? ntk_lane() : source);
}
#define __shfl_sync(...) ntk_shfl(__LINE__, __VA_ARGS__)
#define __shfl_up_sync(...) ntk_shfl_up(__LINE__, __VA_ARGS__)
#define __shfl_down_sync(...) ntk_shfl_down(__LINE__, __VA_ARGS__)
#define __shfl_xor_sync(...) ntk_shfl_xor(__LINE__, __VA_ARGS__)
#define __ballot_sync(mask, p) ntk_ballot(mask, __LINE__, (p) != 0)
#define __any_sync(mask, p) (ntk_ballot(mask, __LINE__, (p) != 0) != 0)
#define __all_sync(mask, p) (ntk_ballot(mask, __LINE__, (p) == 0) == 0)

// Atomics: one kernel runs at a time and a thread gives way only where it waits, so that a plain
// read and write is one; what other threads do to the same place is checked by the driver.
template <class T, class F>
inline T ntk_atomically(T* p, F f) {
  ntk_atomic(p, sizeof(T));
  T old, next;
  __builtin_memcpy(&old, p, sizeof(T));
  next = f(old);
  __builtin_memcpy(p, &next, sizeof(T));
  return old;
}
template <class T> struct ntk_same { using type = T; };
template <class T> using ntk_as = typename ntk_same<T>::type;
#define NTK_ATOMIC(name, expression)                                     \
  template <class T> inline T name(T* p, ntk_as<T> value) {               \
    return ntk_atomically(p, [&](T old) { return (T)(expression); });     \
  }
NTK_ATOMIC(atomicAdd, old + value)
NTK_ATOMIC(atomicSub, old - value)
NTK_ATOMIC(atomicExch, value)
NTK_ATOMIC(atomicMin, value < old ? value : old)
NTK_ATOMIC(atomicMax, old < value ? value : old)
NTK_ATOMIC(atomicAnd, old & value)
NTK_ATOMIC(atomicOr, old | value)
NTK_ATOMIC(atomicXor, old ^ value)
NTK_ATOMIC(atomicInc, old >= value ? 0 : old + 1)
NTK_ATOMIC(atomicDec, old == 0 || old > value ? value : old - 1)
template <class T>
inline T atomicCAS(T* p, ntk_as<T> expected, ntk_as<T> value) {
  return ntk_atomically(p, [&](T old) { return old == expected ? value : old; });
}

template <class T> inline T __ldg(const T* p) { return *p; }
template <class T> inline T __ldcs(const T* p) { return *p; }
template <class T> inline T __ldcg(const T* p) { return *p; }
template <class T> inline void __stcs(T* p, ntk_as<T> value) { *p = value; }
template <class T> inline void __stcg(T* p, ntk_as<T> value) { *p = value; }

#include "cuda_math.h"

// The table of kernels.
template <class... A>
struct ntk_parameters {
  static constexpr unsigned long sizes[sizeof...(A) + 1] = {sizeof(A)..., 0};
};
template <unsigned long... I> struct ntk_list {};
template <unsigned long N, unsigned long... I> struct ntk_count : ntk_count<N - 1, N - 1, I...> {};
template <unsigned long... I> struct ntk_count<0, I...> { using type = ntk_list<I...>; };
template <class A> inline A& ntk_value(void* p) { return *(A*)p; }
template <auto F> struct ntk_caller;
template <class... A, void (*F)(A...)>
struct ntk_caller<F> {
  using parameters = ntk_parameters<A...>;
  static constexpr int count = sizeof...(A);
  template <unsigned long... I> static void call(void** a, ntk_list<I...>) {
    F(ntk_value<A>(a[I])...);
  }
  static void call(void** arguments) { call(arguments, typename ntk_count<count>::type{}); }
};
#define NTK_SECTION(k)                                                                       \
  extern "C" __attribute__((weak, visibility("hidden"))) char __start_ntk_shared_##k[];      \
  extern "C" __attribute__((weak, visibility("hidden"))) char __stop_ntk_shared_##k[];
#define NTK_KERNEL(f, k, most)                                                               \
  {#f, ntk_caller<&f>::call, ntk_caller<&f>::count, ntk_caller<&f>::parameters::sizes,        \
   __start_ntk_shared_##k, __stop_ntk_shared_##k, __start_ntk_shared_0, __stop_ntk_shared_0, most}
#define NTK_TABLE                                                                            \
  extern "C" __attribute__((externally_visible, visibility("default"))) const ntk_kernel      \
      ntk_kernels[] =
