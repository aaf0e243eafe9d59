// A stand-in for the part of cuBLAS that is called, by its documentation. Matrices are column-major.
#include <cstddef>
#include <cstdint>

#include "enqueue.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1, ALLOC_FAILED = 3, INVALID_VALUE = 7, EXECUTION_FAILED = 13 };
enum Type { R_32F = 0, R_64F = 1 };
enum Compute { COMPUTE_32F = 68, COMPUTE_64F = 70, FAST_16BF = 75, FAST_TF32 = 77 };

struct Handle {
  void* stream = nullptr;
  void* workspace = nullptr;
};

static int startStatus = NOT_INITIALIZED;
static long live = 0, calls = 0;

// Other tests of the same process shall not find it.
EXPORT void ntk4jStandInCublas(int status) { startStatus = status; }
EXPORT long ntk4jStandInCublasLive() { return live; }
EXPORT long ntk4jStandInCublasCalls() { return calls; }

EXPORT int cublasCreate_v2(Handle** handle) {
  if (startStatus) return startStatus;
  *handle = new Handle();
  live++;
  return SUCCESS;
}

EXPORT int cublasDestroy_v2(Handle* handle) {
  delete handle;
  live--;
  return SUCCESS;
}

EXPORT const char* cublasGetStatusString(int status) {
  return status == NOT_INITIALIZED ? "CUBLAS_STATUS_NOT_INITIALIZED"
         : status == ALLOC_FAILED  ? "CUBLAS_STATUS_ALLOC_FAILED"
                                   : "CUBLAS_STATUS_INVALID_VALUE";
}

EXPORT int cublasSetStream_v2(Handle* handle, void* stream) {
  handle->stream = stream;
  handle->workspace = nullptr;
  return SUCCESS;
}

EXPORT int cublasSetWorkspace_v2(Handle* handle, void* workspace, size_t) {
  if ((uintptr_t)workspace % 256 != 0) return INVALID_VALUE;
  handle->workspace = workspace;
  return SUCCESS;
}

struct Sizes {
  bool turnedA, turnedB;
  int64_t m, n, k, lda, ldb, ldc, strideA, strideB, strideC, count;
};

template <class T>
static void multiply(const Sizes& s, T alpha, const void* a, const void* b, T beta, void* c) {
  for (int64_t z = 0; z < s.count; z++) {
    const T* x = (const T*)a + z * s.strideA;
    const T* y = (const T*)b + z * s.strideB;
    for (int64_t j = 0; j < s.n; j++) {
      for (int64_t i = 0; i < s.m; i++) {
        double sum = 0;
        for (int64_t q = 0; q < s.k; q++) {
          T left = s.turnedA ? x[q + i * s.lda] : x[i + q * s.lda];
          T right = s.turnedB ? y[j + q * s.ldb] : y[q + j * s.ldb];
          sum += (double)left * right;
        }
        T* to = (T*)c + z * s.strideC + i + j * s.ldc;
        *to = (T)(alpha * sum) + (beta == 0 ? 0 : beta * *to);
      }
    }
  }
}

// The factors are read now, the matrices when the turn of this product comes.
template <class T>
static int start(void* stream, const Sizes& s, const void* alpha, const void* a, const void* b,
                 const void* beta, void* c) {
  if (s.lda < (s.turnedA ? s.k : s.m) || s.ldb < (s.turnedB ? s.n : s.k) || s.ldc < s.m) {
    return INVALID_VALUE;
  }
  calls++;
  T times = *(const T*)alpha, before = *(const T*)beta;
  int code = enqueue(stream, [=] { multiply<T>(s, times, a, b, before, c); });
  return code ? EXECUTION_FAILED : SUCCESS;
}

EXPORT int cublasGemmStridedBatchedEx_64(
    Handle* handle, int turnedA, int turnedB, int64_t m, int64_t n, int64_t k, const void* alpha,
    const void* a, int typeA, int64_t lda, long long strideA, const void* b, int typeB, int64_t ldb,
    long long strideB, const void* beta, void* c, int typeC, int64_t ldc, long long strideC,
    int64_t count, int compute, int) {
  Sizes s{turnedA == 1, turnedB == 1, m, n, k, lda, ldb, ldc, strideA, strideB, strideC, count};
  if (handle->workspace == nullptr || typeA != typeB || typeB != typeC) return INVALID_VALUE;
  if (typeC == R_64F && compute == COMPUTE_64F) {
    return start<double>(handle->stream, s, alpha, a, b, beta, c);
  }
  bool single = compute == COMPUTE_32F || compute == FAST_16BF || compute == FAST_TF32;
  return typeC == R_32F && single ? start<float>(handle->stream, s, alpha, a, b, beta, c)
                                  : INVALID_VALUE;
}
