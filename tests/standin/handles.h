// What the handles that the driver's interface gives out point to.
#pragma once
#include <set>

#include "standin.h"

struct Graph {
  std::vector<Work> works;
  Stream* origin = nullptr;
  int mode = 0;           // of the capture: 0 global, 1 of its thread, 2 relaxed
  void* thread = nullptr;  // that began it
};
struct Executable {
  std::vector<Work> works;
};
struct Context {
  int device = 0, retained = 0;
};
struct Module {
  void* handle = nullptr;
  const sim_kernel* kernels = nullptr;
  const char *begin = nullptr, *end = nullptr;  // of the image
  std::vector<std::unique_ptr<struct Function>> functions;
};
struct Function {
  Module* module = nullptr;
  const sim_kernel* kernel = nullptr;
  size_t mostDynamic = 0;
};

// The live handles of each sort: one that is none of them is refused.
template <class T>
struct Handles {
  std::set<T*> live;
  T* add(std::unique_ptr<T> t) {
    live.insert(t.get());
    return t.release();
  }
  bool has(T* t) const { return live.count(t) > 0; }
  bool remove(T* t) {
    if (!live.erase(t)) return false;
    delete t;
    return true;
  }
};
extern Handles<Stream> liveStreams;
extern Handles<Event> liveEvents;
extern Handles<Graph> liveGraphs;
extern Handles<Executable> liveExecutables;
extern Handles<Module> liveModules;

Code entered();           // initialized, a context is current, no lasting failure
Code enteredUnsafely();   // the same, and no capture forbids a call that may wait for the device
void* thisThread();
Stream* nullStream();
Code streamOf(Stream* handle, Stream** stream);  // a null handle is the null stream

#define RETURN_IF(expression) \
  if (Code code_ = (expression)) return code_
