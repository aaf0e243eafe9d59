// Modules, functions and launches: a "cubin" is a shared object that ends in `sim_kernels`.
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "handles.h"

Handles<Module> liveModules;

namespace {
constexpr size_t PLAIN_SHARED = 48 << 10, MOST_SHARED = 227 << 10;

// Bytes of an ELF image: its section headers come last.
size_t sizeOf(const void* image) {
  auto* header = (const Elf64_Ehdr*)image;
  if (memcmp(header->e_ident, ELFMAG, SELFMAG)) return 0;
  return header->e_shoff + (size_t)header->e_shnum * header->e_shentsize;
}

int findImage(dl_phdr_info* info, size_t, void* data) {
  auto* module = (Module*)data;
  auto table = (uintptr_t)module->kernels;
  uintptr_t low = ~0UL, high = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const auto& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD) continue;
    low = std::min<uintptr_t>(low, info->dlpi_addr + part.p_vaddr);
    high = std::max<uintptr_t>(high, info->dlpi_addr + part.p_vaddr + part.p_memsz);
  }
  if (table < low || table >= high) return 0;
  module->begin = (const char*)low;
  module->end = (const char*)high;
  return 1;
}

Code load(Module& module, const void* image) {
  size_t size = sizeOf(image);
  if (!size) return refuse(INVALID_IMAGE, "the image is not one of the stand-in's compiler");
  // A name of its own: what was loaded under a name is not loaded again.
  const char* directory = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
  std::string path = printed("%s/ntk4j-kernels-XXXXXX", directory);
  int file = mkstemp(&path[0]);
  if (file < 0) return refuse(INVALID_IMAGE, "cannot write " + path);
  bool written = write(file, image, size) == (ssize_t)size;
  close(file);
  if (written) module.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  unlink(path.c_str());
  if (!module.handle) return refuse(INVALID_IMAGE, dlerror());
  module.kernels = (const sim_kernel*)dlsym(module.handle, "sim_kernels");
  if (!module.kernels) return refuse(INVALID_IMAGE, "the image has no table of kernels");
  dl_iterate_phdr(findImage, &module);
  return SUCCESS;
}

size_t staticShared(const sim_kernel& k) {
  return (k.shared_end - k.shared) + (k.common_end - k.common);
}

Function* find(Module* module, const char* name) {
  for (auto& f : module->functions)
    if (!strcmp(f->kernel->name, name)) return f.get();
  for (const sim_kernel* k = module->kernels; k->name; k++) {
    if (strcmp(k->name, name)) continue;
    auto f = std::make_unique<Function>();
    f->module = module;
    f->kernel = k;
    f->mostDynamic = PLAIN_SHARED - std::min(PLAIN_SHARED, staticShared(*k));
    module->functions.push_back(std::move(f));
    return module->functions.back().get();
  }
  return nullptr;
}

bool isFunction(Function* f) {
  for (Module* m : liveModules.live)
    for (auto& own : m->functions)
      if (own.get() == f) return true;
  return false;
}

Code checkShape(const Function& f, const Launch& l) {
  auto outside = [](unsigned n, unsigned most) { return n == 0 || n > most; };
  if (outside(l.grid.x, INT32_MAX) || outside(l.grid.y, 65535) || outside(l.grid.z, 65535) ||
      outside(l.block.x, 1024) || outside(l.block.y, 1024) || outside(l.block.z, 64))
    return refuse(INVALID_VALUE, printed("launch of %s: grid %u,%u,%u of blocks %u,%u,%u",
                                         f.kernel->name, l.grid.x, l.grid.y, l.grid.z, l.block.x,
                                         l.block.y, l.block.z));
  size_t threads = (size_t)l.block.x * l.block.y * l.block.z;
  size_t most = f.kernel->most_threads ? f.kernel->most_threads : 1024;
  if (threads > most)
    return refuse(threads > 1024 ? INVALID_VALUE : LAUNCH_OUT_OF_RESOURCES,
                  printed("launch of %s: %zu threads in a block, but at most %zu",
                          f.kernel->name, threads, most));
  if (l.sharedBytes > f.mostDynamic)
    return refuse(INVALID_VALUE,
                  printed("launch of %s: %zu bytes of dynamic shared memory, %zu allowed",
                          f.kernel->name, l.sharedBytes, f.mostDynamic));
  return SUCCESS;
}

// A parameter list has at most 4 KiB, as on a card.
Code keepArguments(Launch& l, void** arguments) {
  for (int i = 0; i < l.kernel->count; i++) {
    size_t words = (l.kernel->sizes[i] + 7) / 8;
    l.offsets.push_back(l.arguments.size());
    l.arguments.resize(l.arguments.size() + words);
    memcpy(&l.arguments[l.offsets.back()], arguments[i], l.kernel->sizes[i]);
  }
  return l.arguments.size() <= 512 ? SUCCESS : refuse(INVALID_VALUE, "too many parameters");
}
}  // namespace

EXPORT int cuModuleLoadData(Module** module, const void* image) {
  auto lock = locked();
  RETURN_IF(entered());
  auto loaded = std::make_unique<Module>();
  RETURN_IF(load(*loaded, image));
  *module = liveModules.add(std::move(loaded));
  return SUCCESS;
}

EXPORT int cuModuleLoadDataEx(Module** module, const void* image, unsigned, int*, void**) {
  return cuModuleLoadData(module, image);
}

// The image stays: work that is still queued may run its kernels.
EXPORT int cuModuleUnload(Module* module) {
  auto lock = locked();
  streams::finishAll();
  return liveModules.remove(module) ? failure.code : refuse(INVALID_HANDLE, "no such module");
}

EXPORT int cuModuleGetFunction(Function** function, Module* module, const char* name) {
  auto lock = locked();
  RETURN_IF(entered());
  if (!liveModules.has(module)) return refuse(INVALID_HANDLE, "no such module");
  *function = find(module, name);
  return *function ? SUCCESS : refuse(NOT_FOUND, std::string("no kernel ") + name);
}

EXPORT int cuFuncSetAttribute(Function* f, int attribute, int value) {
  auto lock = locked();
  RETURN_IF(entered());
  if (!isFunction(f)) return refuse(INVALID_HANDLE, "no such function");
  if (attribute != 8) return SUCCESS;  // preferences
  if (value < 0 || value + staticShared(*f->kernel) > MOST_SHARED)
    return refuse(INVALID_VALUE, printed("%d bytes of dynamic shared memory for %s", value,
                                         f->kernel->name));
  f->mostDynamic = value;
  return SUCCESS;
}

EXPORT int cuFuncGetAttribute(int* value, int attribute, Function* f) {
  auto lock = locked();
  RETURN_IF(entered());
  if (!isFunction(f)) return refuse(INVALID_HANDLE, "no such function");
  const sim_kernel& k = *f->kernel;
  const int values[] = {k.most_threads ? k.most_threads : 1024, (int)staticShared(k), 0, 0, 32, 90,
                        90, 0, (int)f->mostDynamic};
  if (attribute < 0 || attribute > 8) return refuse(INVALID_VALUE, "no such attribute");
  *value = values[attribute];
  return SUCCESS;
}

EXPORT int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function* f, int threads,
                                                       size_t shared) {
  auto lock = locked();
  RETURN_IF(entered());
  if (!isFunction(f)) return refuse(INVALID_HANDLE, "no such function");
  size_t perBlock = shared + staticShared(*f->kernel) + 1024;
  size_t byThreads = 2048 / std::max(threads, 1);
  *blocks = (int)std::min<size_t>({32, byThreads, MOST_SHARED / perBlock});
  return SUCCESS;
}

EXPORT int cuLaunchKernel(Function* f, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                          unsigned by, unsigned bz, unsigned shared, Stream* handle,
                          void** arguments, void** extra) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  if (!isFunction(f)) return refuse(INVALID_HANDLE, "no such function");
  if (extra) return refuse(NOT_SUPPORTED, "arguments in one buffer");
  auto launch = std::make_shared<Launch>();
  launch->kernel = f->kernel;
  launch->grid = {gx, gy, gz};
  launch->block = {bx, by, bz};
  launch->sharedBytes = shared;
  launch->imageBegin = f->module->begin;
  launch->imageEnd = f->module->end;
  RETURN_IF(checkShape(*f, *launch));
  RETURN_IF(keepArguments(*launch, arguments));
  return streams::enqueue(stream, [launch] {
    counters.launches++;
    block::run(*launch);
  });
}
