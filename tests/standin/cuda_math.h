// CUDA's mathematical functions, conversions and bit casts, by those of the C library.
#pragma once

#define SIM_UNARY(name) \
  extern "C" double name(double) noexcept; \
  extern "C" float name##f(float) noexcept; \
  inline float name(float x) { return name##f(x); }
#define SIM_BINARY(name) \
  extern "C" double name(double, double) noexcept; \
  extern "C" float name##f(float, float) noexcept; \
  inline float name(float x, float y) { return name##f(x, y); }
SIM_UNARY(exp) SIM_UNARY(exp2) SIM_UNARY(expm1) SIM_UNARY(log) SIM_UNARY(log2) SIM_UNARY(log10)
SIM_UNARY(log1p) SIM_UNARY(sin) SIM_UNARY(cos) SIM_UNARY(tan) SIM_UNARY(asin) SIM_UNARY(acos)
SIM_UNARY(atan) SIM_UNARY(sinh) SIM_UNARY(cosh) SIM_UNARY(tanh) SIM_UNARY(asinh) SIM_UNARY(acosh)
SIM_UNARY(atanh) SIM_UNARY(erf) SIM_UNARY(erfc) SIM_UNARY(lgamma) SIM_UNARY(tgamma) SIM_UNARY(cbrt)
SIM_UNARY(sqrt) SIM_UNARY(fabs) SIM_UNARY(floor) SIM_UNARY(ceil) SIM_UNARY(round) SIM_UNARY(rint)
SIM_UNARY(nearbyint) SIM_UNARY(trunc)
SIM_BINARY(pow) SIM_BINARY(atan2) SIM_BINARY(fmod) SIM_BINARY(fmin) SIM_BINARY(fmax)
SIM_BINARY(copysign) SIM_BINARY(hypot) SIM_BINARY(remainder) SIM_BINARY(nextafter) SIM_BINARY(fdim)
extern "C" double fma(double, double, double) noexcept;
extern "C" float fmaf(float, float, float) noexcept;
extern "C" double ldexp(double, int) noexcept;
extern "C" float ldexpf(float, int) noexcept;
inline float fma(float x, float y, float z) { return fmaf(x, y, z); }

inline float rsqrtf(float x) { return (float)(1.0 / sqrt((double)x)); }
inline double rsqrt(double x) { return 1.0 / sqrt(x); }
inline float normcdff(float x) { return (float)(0.5 * erfc(-(double)x * 0.70710678118654752440)); }
inline double normcdf(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }
inline void sincosf(float x, float* s, float* c) { *s = sinf(x); *c = cosf(x); }
inline void sincos(double x, double* s, double* c) { *s = sin(x); *c = cos(x); }
inline float exp10f(float x) { return powf(10, x); }
inline double exp10(double x) { return pow(10, x); }

template <class T> inline bool isnan(T x) { return __builtin_isnan(x); }
template <class T> inline bool isinf(T x) { return __builtin_isinf(x); }
template <class T> inline bool isfinite(T x) { return __builtin_isfinite(x); }
template <class T> inline bool signbit(T x) { return __builtin_signbit(x); }

inline int abs(int x) { return x < 0 ? -x : x; }
inline long long abs(long long x) { return x < 0 ? -x : x; }
inline long long llabs(long long x) { return x < 0 ? -x : x; }
inline float abs(float x) { return fabsf(x); }
inline double abs(double x) { return fabs(x); }
#define SIM_EXTREME(T, C, D) \
  inline C min(T x, D y) { return (C)x < (C)y ? (C)x : (C)y; } \
  inline C max(T x, D y) { return (C)x < (C)y ? (C)y : (C)x; }
SIM_EXTREME(int, int, int)
SIM_EXTREME(unsigned, unsigned, unsigned)
SIM_EXTREME(int, unsigned, unsigned)
SIM_EXTREME(unsigned, unsigned, int)
SIM_EXTREME(long, long, long)
SIM_EXTREME(unsigned long, unsigned long, unsigned long)
SIM_EXTREME(long long, long long, long long)
SIM_EXTREME(unsigned long long, unsigned long long, unsigned long long)
inline float min(float x, float y) { return fminf(x, y); }
inline float max(float x, float y) { return fmaxf(x, y); }
inline double min(double x, double y) { return fmin(x, y); }
inline double max(double x, double y) { return fmax(x, y); }

// Intrinsics: the fast ones are the exact ones here.
inline float __expf(float x) { return expf(x); }
inline float __exp10f(float x) { return exp10f(x); }
inline float __logf(float x) { return logf(x); }
inline float __log2f(float x) { return log2f(x); }
inline float __log10f(float x) { return log10f(x); }
inline float __sinf(float x) { return sinf(x); }
inline float __cosf(float x) { return cosf(x); }
inline float __tanf(float x) { return tanf(x); }
inline float __powf(float x, float y) { return powf(x, y); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __saturatef(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }
inline float __frsqrt_rn(float x) { return rsqrtf(x); }
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1 / x; }
inline float __fsqrt_rn(float x) { return sqrtf(x); }
inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
inline double __dadd_rn(double x, double y) { return x + y; }
inline double __dsub_rn(double x, double y) { return x - y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline double __drcp_rn(double x) { return 1 / x; }
inline double __dsqrt_rn(double x) { return sqrt(x); }
inline double __fma_rn(double x, double y, double z) { return fma(x, y, z); }

inline int __float_as_int(float x) { return sim_bits<int>(x); }
inline unsigned __float_as_uint(float x) { return sim_bits<unsigned>(x); }
inline float __int_as_float(int x) { return sim_bits<float>(x); }
inline float __uint_as_float(unsigned x) { return sim_bits<float>(x); }
inline long long __double_as_longlong(double x) { return sim_bits<long long>(x); }
inline double __longlong_as_double(long long x) { return sim_bits<double>(x); }
inline int __double2hiint(double x) { return (int)(sim_bits<unsigned long>(x) >> 32); }
inline int __double2loint(double x) { return (int)sim_bits<unsigned long>(x); }
inline double __hiloint2double(int high, int low) {
  return sim_bits<double>((unsigned long)(unsigned)high << 32 | (unsigned)low);
}

// Conversions saturate, and take NaN to 0, or to the least number for 64 bits.
template <class I, class F>
inline I sim_rounded(F x, I least, I most, I ofNan) {
  if (x != x) return ofNan;
  if (x <= (F)least) return least;
  return x >= (F)most ? most : (I)x;
}
inline int sim_int(double x) { return sim_rounded<int>(x, -2147483647 - 1, 2147483647, 0); }
inline long long sim_long(double x) {
  constexpr long long most = 9223372036854775807LL;
  return sim_rounded<long long>(x, -most - 1, most, -most - 1);
}
inline int __float2int_rz(float x) { return sim_int(truncf(x)); }
inline int __float2int_rn(float x) { return sim_int(rintf(x)); }
inline int __float2int_rd(float x) { return sim_int(floorf(x)); }
inline int __float2int_ru(float x) { return sim_int(ceilf(x)); }
inline int __double2int_rz(double x) { return sim_int(trunc(x)); }
inline int __double2int_rn(double x) { return sim_int(rint(x)); }
inline int __double2int_rd(double x) { return sim_int(floor(x)); }
inline int __double2int_ru(double x) { return sim_int(ceil(x)); }
inline long long __float2ll_rz(float x) { return sim_long(truncf(x)); }
inline long long __float2ll_rn(float x) { return sim_long(rintf(x)); }
inline long long __double2ll_rz(double x) { return sim_long(trunc(x)); }
inline long long __double2ll_rn(double x) { return sim_long(rint(x)); }
inline float __int2float_rn(int x) { return (float)x; }
inline float __uint2float_rn(unsigned x) { return (float)x; }
inline float __ll2float_rn(long long x) { return (float)x; }
inline double __ll2double_rn(long long x) { return (double)x; }
inline float __double2float_rn(double x) { return (float)x; }
inline long long llrintf(float x) { return sim_long(rintf(x)); }
inline long long llrint(double x) { return sim_long(rint(x)); }

inline unsigned __umulhi(unsigned x, unsigned y) { return (unsigned long)x * y >> 32; }
inline int __mulhi(int x, int y) { return (long)x * y >> 32; }
inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
  return (unsigned __int128)x * y >> 64;
}
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(x); }
inline int __clzll(long long x) { return x == 0 ? 64 : __builtin_clzll(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned by) {
  return by & 31 ? high << (by & 31) | low >> (32 - (by & 31)) : high;
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned by) {
  return by & 31 ? high << (32 - (by & 31)) | low >> (by & 31) : low;
}
inline unsigned __brev(unsigned x) {
  unsigned reversed = 0;
  for (int i = 0; i < 32; i++) reversed |= (x >> i & 1) << (31 - i);
  return reversed;
}
