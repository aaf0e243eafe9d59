// A stand-in for the part of cuDNN that is called, by its documentation: convolutions of tensors
// with two or three sizes in space, by the definition.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "enqueue.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1001, BAD_PARAM = 2000, NOT_SUPPORTED = 3000, FAILED = 5000 };
enum Format { NCHW = 0, NHWC = 1 };
enum Kind { FORWARD, DATA, FILTER };
enum { DOUBLE = 1, MOST = 5, WORKSPACE = 1000 };

// What is refused, for tests.
enum Refused { NOTHING, TENSORS, FILTERS, CONVOLUTIONS, WORKSPACES };

static bool allowed = false;
static int refused = NOTHING;
static long live = 0, calls = 0;

// Other tests of the same process shall not find it.
EXPORT void ntk4jStandInCudnn(int allow, int refuse) {
  allowed = allow != 0;
  refused = refuse;
}
EXPORT long ntk4jStandInCudnnLive() { return live; }
EXPORT long ntk4jStandInCudnnCalls() { return calls; }

struct Handle {
  void* stream = nullptr;
};
struct Tensor {
  int type = 0, rank = 0, size[MOST] = {}, stride[MOST] = {};
};
struct Filter {
  int type = 0, format = 0, rank = 0, size[MOST] = {};
};
struct Convolution {
  int spatial = 0, padding[3] = {}, stride[3] = {}, dilation[3] = {}, type = 0, groups = 1;
};

template <class T>
static int create(T** made) {
  *made = new T();
  live++;
  return SUCCESS;
}
template <class T>
static int destroy(T* made) {
  delete made;
  live--;
  return SUCCESS;
}

EXPORT int cudnnCreate(Handle** handle) { return allowed ? create(handle) : NOT_INITIALIZED; }
EXPORT int cudnnDestroy(Handle* handle) { return destroy(handle); }
EXPORT int cudnnCreateTensorDescriptor(Tensor** t) { return create(t); }
EXPORT int cudnnDestroyTensorDescriptor(Tensor* t) { return destroy(t); }
EXPORT int cudnnCreateFilterDescriptor(Filter** f) { return create(f); }
EXPORT int cudnnDestroyFilterDescriptor(Filter* f) { return destroy(f); }
EXPORT int cudnnCreateConvolutionDescriptor(Convolution** c) { return create(c); }
EXPORT int cudnnDestroyConvolutionDescriptor(Convolution* c) { return destroy(c); }

EXPORT const char* cudnnGetErrorString(int status) {
  return status == NOT_INITIALIZED ? "CUDNN_STATUS_NOT_INITIALIZED"
         : status == NOT_SUPPORTED ? "CUDNN_STATUS_NOT_SUPPORTED"
                                   : "CUDNN_STATUS_BAD_PARAM";
}

EXPORT int cudnnSetStream(Handle* handle, void* stream) {
  handle->stream = stream;
  return SUCCESS;
}

EXPORT int cudnnSetTensorNdDescriptor(Tensor* t, int type, int rank, const int* size,
                                      const int* stride) {
  if (refused == TENSORS) return NOT_SUPPORTED;
  if (rank < 4 || rank > MOST) return BAD_PARAM;
  t->type = type;
  t->rank = rank;
  for (int k = 0; k < rank; k++) {
    if (size[k] <= 0 || stride[k] <= 0) return BAD_PARAM;
    t->size[k] = size[k];
    t->stride[k] = stride[k];
  }
  return SUCCESS;
}

EXPORT int cudnnSetFilterNdDescriptor(Filter* f, int type, int format, int rank, const int* size) {
  if (refused == FILTERS) return NOT_SUPPORTED;
  if (rank < 4 || rank > MOST) return BAD_PARAM;
  f->type = type;
  f->format = format;
  f->rank = rank;
  for (int k = 0; k < rank; k++) f->size[k] = size[k];
  return SUCCESS;
}

EXPORT int cudnnSetConvolutionNdDescriptor(Convolution* c, int spatial, const int* padding,
                                           const int* stride, const int* dilation, int mode,
                                           int type) {
  if (refused == CONVOLUTIONS) return NOT_SUPPORTED;
  if (spatial < 2 || spatial > 3 || mode != 1) return BAD_PARAM;
  c->spatial = spatial;
  c->type = type;
  for (int k = 0; k < spatial; k++) {
    if (padding[k] < 0 || stride[k] <= 0 || dilation[k] <= 0) return BAD_PARAM;
    c->padding[k] = padding[k];
    c->stride[k] = stride[k];
    c->dilation[k] = dilation[k];
  }
  return SUCCESS;
}

EXPORT int cudnnSetConvolutionGroupCount(Convolution* c, int groups) {
  c->groups = groups;
  return groups > 0 ? SUCCESS : BAD_PARAM;
}

EXPORT int cudnnSetConvolutionMathType(Convolution*, int) { return SUCCESS; }

// The strides of a filter.
static std::vector<int64_t> strides(const Filter& f) {
  std::vector<int64_t> s(f.rank);
  int64_t next = f.format == NHWC ? f.size[1] : 1;
  for (int k = f.rank - 1; k >= 2; k--) {
    s[k] = next;
    next *= f.size[k];
  }
  s[1] = f.format == NHWC ? 1 : next;
  s[0] = f.format == NHWC ? next : next * f.size[1];
  return s;
}

// One of the three problems. Its arrays are read and written when its turn comes.
struct Problem {
  Kind kind;
  Tensor x;
  Filter w;
  Tensor y;
  Convolution c;

  int check() const {
    if (x.type != y.type || x.type != w.type || x.type != c.type) return BAD_PARAM;
    if (x.rank != c.spatial + 2 || y.rank != x.rank || w.rank != x.rank) return BAD_PARAM;
    if (x.size[0] != y.size[0] || y.size[1] != w.size[0]) return BAD_PARAM;
    if (x.size[1] != w.size[1] * c.groups || w.size[0] % c.groups != 0) return BAD_PARAM;
    for (int k = 0; k < c.spatial; k++) {
      int reach = c.dilation[k] * (w.size[k + 2] - 1) + 1;
      int positions = (x.size[k + 2] + 2 * c.padding[k] - reach) / c.stride[k] + 1;
      if (positions != y.size[k + 2]) return BAD_PARAM;
      if (c.spatial == 3 && c.dilation[k] != 1) return NOT_SUPPORTED;
    }
    bool last = w.format == NHWC;
    for (const Tensor* t : {&x, &y}) {
      if (last && (t->stride[1] != 1 || t->rank != 4)) return NOT_SUPPORTED;
    }
    return SUCCESS;
  }

  template <class T>
  void run(T* at[3]) const {
    const Tensor& written = kind == DATA ? x : y;
    std::vector<int64_t> ws = strides(w);
    int64_t reach = 1;
    for (int k = 0; k < x.rank; k++) {
      reach += kind == FILTER ? (w.size[k] - 1) * ws[k]
                              : int64_t(written.size[k] - 1) * written.stride[k];
    }
    std::vector<double> sums(reach);
    each([&](int64_t ofX, int64_t ofW, int64_t ofY) {
      switch (kind) {
        case FORWARD: sums[ofY] += (double)at[0][ofX] * at[1][ofW]; break;
        case DATA: sums[ofX] += (double)at[2][ofY] * at[1][ofW]; break;
        case FILTER: sums[ofW] += (double)at[0][ofX] * at[2][ofY]; break;
      }
    }, ws);
    int target = kind == FORWARD ? 2 : kind == DATA ? 0 : 1;
    store(target, sums, ws, at[target]);
  }

  // Calls `f` with where an element of each array is, for all that are multiplied.
  template <class F>
  void each(F f, const std::vector<int64_t>& ws) const {
    int depth = c.spatial == 3;  // the first of three sizes; one, if there are two
    int dy = depth ? y.size[2] : 1, dw = depth ? w.size[2] : 1;
    int in = w.size[1], out = w.size[0] / c.groups, h = depth + 2, v = depth + 3;
    for (int n = 0; n < y.size[0]; n++)
      for (int o = 0; o < y.size[1]; o++)
        for (int i = 0; i < in; i++)
          for (int p0 = 0; p0 < dy; p0++)
            for (int t0 = 0; t0 < dw; t0++)
              for (int p1 = 0; p1 < y.size[h]; p1++)
                for (int t1 = 0; t1 < w.size[h]; t1++)
                  for (int p2 = 0; p2 < y.size[v]; p2++)
                    for (int t2 = 0; t2 < w.size[v]; t2++) {
                      int q0 = depth ? at(0, p0, t0) : 0;
                      int q1 = at(depth, p1, t1), q2 = at(depth + 1, p2, t2);
                      bool inside = q0 >= 0 && (!depth || q0 < x.size[2]) && q1 >= 0 &&
                                    q1 < x.size[h] && q2 >= 0 && q2 < x.size[v];
                      if (!inside) continue;
                      int64_t ofX = int64_t(n) * x.stride[0] +
                                    int64_t(o / out * in + i) * x.stride[1] +
                                    (depth ? int64_t(q0) * x.stride[2] : 0) +
                                    int64_t(q1) * x.stride[h] + int64_t(q2) * x.stride[v];
                      int64_t ofW = o * ws[0] + i * ws[1] + (depth ? t0 * ws[2] : 0) +
                                    t1 * ws[h] + t2 * ws[v];
                      int64_t ofY = int64_t(n) * y.stride[0] + int64_t(o) * y.stride[1] +
                                    (depth ? int64_t(p0) * y.stride[2] : 0) +
                                    int64_t(p1) * y.stride[h] + int64_t(p2) * y.stride[v];
                      f(ofX, ofW, ofY);
                    }
  }

  int at(int k, int position, int tap) const {
    return position * c.stride[k] + tap * c.dilation[k] - c.padding[k];
  }

  // Writes what belongs to the array, and nothing in its gaps.
  template <class T>
  void store(int target, const std::vector<double>& sums, const std::vector<int64_t>& ws,
             T* to) const {
    const Tensor& t = target == 0 ? x : y;
    int index[MOST] = {};
    for (;;) {
      int64_t at = 0;
      for (int k = 0; k < x.rank; k++) at += index[k] * (target == 1 ? ws[k] : t.stride[k]);
      to[at] = (T)sums[at];
      int k = x.rank - 1;
      while (k >= 0 && ++index[k] == (target == 1 ? w.size[k] : t.size[k])) index[k--] = 0;
      if (k < 0) return;
    }
  }
};

static int workspace(const Problem& p, size_t* bytes) {
  if (refused == WORKSPACES) return NOT_SUPPORTED;
  *bytes = WORKSPACE;
  return p.check();
}

EXPORT int cudnnGetConvolutionForwardWorkspaceSize(Handle*, Tensor* x, Filter* w, Convolution* c,
                                                   Tensor* y, int, size_t* bytes) {
  return workspace({FORWARD, *x, *w, *y, *c}, bytes);
}
EXPORT int cudnnGetConvolutionBackwardDataWorkspaceSize(Handle*, Filter* w, Tensor* y,
                                                        Convolution* c, Tensor* x, int,
                                                        size_t* bytes) {
  return workspace({DATA, *x, *w, *y, *c}, bytes);
}
EXPORT int cudnnGetConvolutionBackwardFilterWorkspaceSize(Handle*, Tensor* x, Tensor* y,
                                                          Convolution* c, Filter* w, int,
                                                          size_t* bytes) {
  return workspace({FILTER, *x, *w, *y, *c}, bytes);
}

template <class T>
static int convolve(Handle* handle, const Problem& p, const void* alpha, const void* beta,
                    const void* x, const void* w, const void* y) {
  if (*(const T*)alpha != 1 || *(const T*)beta != 0) return NOT_SUPPORTED;
  int code = enqueue(handle->stream, [p, x, w, y] {
    T* at[] = {(T*)x, (T*)w, (T*)y};
    p.run(at);
  });
  return code ? FAILED : SUCCESS;
}

static int start(Handle* handle, const Problem& p, const void* alpha, const void* beta,
                 const void* x, const void* w, const void* y, void* scratch, size_t bytes) {
  if (bytes < WORKSPACE || !scratch || (uintptr_t)scratch % 256 != 0) return BAD_PARAM;
  if (int status = p.check()) return status;
  calls++;
  return p.c.type == DOUBLE ? convolve<double>(handle, p, alpha, beta, x, w, y)
                            : convolve<float>(handle, p, alpha, beta, x, w, y);
}

EXPORT int cudnnConvolutionForward(Handle* handle, const void* alpha, Tensor* x, const void* xAt,
                                   Filter* w, const void* wAt, Convolution* c, int, void* scratch,
                                   size_t bytes, const void* beta, Tensor* y, void* yAt) {
  return start(handle, {FORWARD, *x, *w, *y, *c}, alpha, beta, xAt, wAt, yAt, scratch, bytes);
}
EXPORT int cudnnConvolutionBackwardData(Handle* handle, const void* alpha, Filter* w,
                                        const void* wAt, Tensor* y, const void* yAt, Convolution* c,
                                        int, void* scratch, size_t bytes, const void* beta,
                                        Tensor* x, void* xAt) {
  return start(handle, {DATA, *x, *w, *y, *c}, alpha, beta, xAt, wAt, yAt, scratch, bytes);
}
EXPORT int cudnnConvolutionBackwardFilter(Handle* handle, const void* alpha, Tensor* x,
                                          const void* xAt, Tensor* y, const void* yAt,
                                          Convolution* c, int, void* scratch, size_t bytes,
                                          const void* beta, Filter* w, void* wAt) {
  return start(handle, {FILTER, *x, *w, *y, *c}, alpha, beta, xAt, wAt, yAt, scratch, bytes);
}
