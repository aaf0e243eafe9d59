// A stand-in for NVRTC: g++ makes a shared object of CUDA C, which is what the stand-in driver
// takes for a cubin. The text is preprocessed, shared arrays and kernels are found in it, and it is
// compiled behind cuda_on_cpu.h with the calls that let the driver check every access to memory.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))
extern char** environ;

namespace {
enum Result { SUCCESS = 0, INVALID_INPUT = 3, INVALID_PROGRAM = 4, INVALID_OPTION = 5, FAILED = 6 };

struct Program {
  std::string source, log, image;
};

struct Kernel {
  std::string name, most;  // most: threads of __launch_bounds__
  int number;
};

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// Where this library lies, and the headers and the driver beside it.
std::string home() {
  Dl_info info;
  dladdr((void*)home, &info);
  std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/'));
}

// A directory that goes with everything in it, unless NTK4J_STAND_IN_KEEP is set.
struct Directory {
  std::string path;
  Directory() {
    path = std::string(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp") + "/ntk4j-nvrtc-XXXXXX";
    if (!mkdtemp(&path[0])) path.clear();
  }
  ~Directory() {
    if (getenv("NTK4J_STAND_IN_KEEP")) return;
    DIR* dir = opendir(path.c_str());
    if (!dir) return;
    while (dirent* entry = readdir(dir)) unlink((path + "/" + entry->d_name).c_str());
    closedir(dir);
    rmdir(path.c_str());
  }
};

bool run(const std::vector<std::string>& command, const std::string& errors) {
  std::vector<char*> arguments;
  for (auto& s : command) arguments.push_back(const_cast<char*>(s.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child;
  int code = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code) return write(errors, std::string("cannot start ") + arguments[0]), false;
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool isNamePart(char c) { return isalnum((unsigned char)c) || c == '_'; }

// Reads preprocessed text word by word and writes it again with the shared arrays translated.
class Translation {
 public:
  explicit Translation(const std::string& text) : text(text) {}

  std::string out;
  std::vector<Kernel> kernels;

  void run() {
    while (at < text.size()) {
      char c = text[at];
      if (c == '"' || c == '\'') {
        literal(c);
      } else if (isNamePart(c)) {
        size_t begin = at;
        std::string word = nextWord();
        if (word == "extern" && sharedFollows()) dynamicArray();
        else if (word == "__shared__") out += "__shared_of__(" + std::to_string(section) + ")";
        else if (word == "__global__") kernel();
        else if (word == "__device__") section = 0, out += word;
        else out.append(text, begin, at - begin);
      } else {
        out += c;
        at++;
      }
    }
  }

 private:
  const std::string& text;
  size_t at = 0;
  int section = 0;  // of static shared arrays: the kernel's number, 0 in other functions

  void literal(char quote) {
    size_t begin = at++;
    while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
    at++;
    out.append(text, begin, at - begin);
  }

  std::string nextWord() {
    size_t begin = at;
    while (at < text.size() && isNamePart(text[at])) at++;
    return text.substr(begin, at - begin);
  }

  void skipSpace() {
    while (at < text.size() && isspace((unsigned char)text[at])) at++;
  }

  bool sharedFollows() {
    size_t kept = at;
    skipSpace();
    bool follows = nextWord() == "__shared__";
    if (!follows) at = kept;
    return follows;
  }

  // `extern __shared__ [alignment] T name[];` becomes a pointer: its memory is given by the launch.
  void dynamicArray() {
    size_t end = text.find(';', at), open = text.rfind('[', end);
    std::string declared = text.substr(at, open - at);
    size_t last = declared.find_last_not_of(" \t\n");
    size_t first = last;
    while (first > 0 && isNamePart(declared[first - 1])) first--;
    std::string name = declared.substr(first, last - first + 1), type = declared.substr(0, first);
    for (const char* alignment : {"__align__", "alignas", "__attribute__"}) {
      size_t p = type.find(alignment);
      if (p == std::string::npos) continue;
      size_t q = type.find('(', p);
      for (int depth = 0; q < type.size(); q++) {
        depth += type[q] == '(' ? 1 : type[q] == ')' ? -1 : 0;
        if (depth == 0) break;
      }
      type.erase(p, q + 1 - p);
    }
    out += type + "* const " + name + " = (" + type + "*)sim_dynamic_shared()";
    at = end;
  }

  // `__global__ void [__launch_bounds__(n, …)] name(`, the two words in either order.
  void kernel() {
    out += "__global__";
    Kernel k{"", "0", (int)kernels.size() + 1};
    size_t begin = at;
    for (;;) {
      skipSpace();
      std::string word = nextWord();
      skipSpace();
      if (at >= text.size() || word.empty()) break;
      if (text[at] != '(') continue;
      if (word != "__launch_bounds__") {
        k.name = word;
        break;
      }
      size_t open = at + 1;
      for (int depth = 0; at < text.size(); at++) {
        depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
        if (depth == 0) break;
      }
      std::string bounds = text.substr(open, at++ - open);
      k.most = "(" + bounds.substr(0, bounds.find(',')) + ")";
    }
    out.append(text, begin, at - begin);
    section = k.number;
    bool defined = isDefined();
    if (!k.name.empty() && defined) kernels.push_back(k);
  }

  // Whether a body follows the parameters, and not the end of a declaration.
  bool isDefined() const {
    size_t brace = text.find('{', at), end = text.find(';', at);
    return brace < end;
  }
};

std::string table(const std::vector<Kernel>& kernels) {
  std::string text = "\nSIM_SECTION(0)\n";
  for (auto& k : kernels) text += "SIM_SECTION(" + std::to_string(k.number) + ")\n";
  text += "SIM_TABLE {\n";
  for (auto& k : kernels)
    text += "SIM_KERNEL(" + k.name + ", " + std::to_string(k.number) + ", " + k.most + "),\n";
  return text + "{}};\n";
}

const char* compiler() { return getenv("CXX") ? getenv("CXX") : "g++"; }

bool compile(Program& program, const std::vector<std::string>& macros) {
  Directory dir;
  std::string base = home(), cu = dir.path + "/program.cu", plain = dir.path + "/plain.ii";
  std::string cpp = dir.path + "/program.cpp", so = dir.path + "/program.so";
  std::string errors = dir.path + "/errors";
  write(cu, program.source);
  std::vector<std::string> first = {compiler(), "-std=c++17", "-E", "-x", "c++", "-nostdinc", cu,
                                    "-o", plain, "-DNTK4J_STAND_IN", "-D__CUDACC_RTC__",
                                    "-D__CUDA_ARCH__=900"};
  first.insert(first.end(), macros.begin(), macros.end());
  bool done = run(first, errors);
  program.log = read(errors);
  if (!done) return false;
  Translation translation(program.log = read(plain));
  translation.run();
  write(cpp, "#include \"" + base + "/cuda_on_cpu.h\"\n" + translation.out +
                 table(translation.kernels));
  done = run({compiler(), "-std=c++17", "-O1", "-w", "-fPIC", "-shared", "-fwhole-program",
              "-fvisibility=hidden", "-fno-exceptions", "-fno-rtti", "-fno-plt", "-fwrapv",
              "-ffp-contract=off", "-fno-strict-aliasing", "-fno-stack-protector", "-nostdinc",
              "-fsanitize=thread", "--param=tsan-instrument-func-entry-exit=0",
              "--param=tsan-distinguish-volatile=1",
              "-fsanitize=alignment,bounds", "-fno-sanitize-recover=all", "-nodefaultlibs",
              "-nostartfiles", "-o", so, cpp, "-L" + base, "-l:libcuda.so.1", "-lm"}, errors);
  program.log = read(errors);
  if (done) program.image = read(so);
  return done;
}

// Real machine code only: what PTX is for has no meaning here.
Result architecture(const char* name) { return strncmp(name, "sm_", 3) ? INVALID_OPTION : SUCCESS; }

// What changes the text or says for which device; the rest has no meaning here.
Result parse(const std::string& option, std::vector<std::string>& macros) {
  auto value = [&](const char* name) -> const char* {
    size_t length = strlen(name);
    return option.compare(0, length, name) ? nullptr : option.c_str() + length;
  };
  if (const char* macro = value("--define-macro=")) macros.push_back(std::string("-D") + macro);
  else if (value("-D")) macros.push_back(option);
  else if (const char* sm = value("--gpu-architecture=")) return architecture(sm);
  else if (const char* sm = value("-arch=")) return architecture(sm);
  else if (option.compare(0, 1, "-")) return INVALID_OPTION;
  return SUCCESS;
}
}  // namespace

EXPORT int nvrtcVersion(int* major, int* minor) {
  *major = 13;
  *minor = 1;
  return SUCCESS;
}

EXPORT int nvrtcGetNumSupportedArchs(int* count) {
  *count = 2;
  return SUCCESS;
}

EXPORT int nvrtcGetSupportedArchs(int* archs) {
  archs[0] = 80;
  archs[1] = 90;
  return SUCCESS;
}

EXPORT const char* nvrtcGetErrorString(int code) {
  switch (code) {
    case SUCCESS: return "NVRTC_SUCCESS";
    case INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
    case INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
    case INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
    case FAILED: return "NVRTC_ERROR_COMPILATION";
    default: return "NVRTC_ERROR unknown";
  }
}

EXPORT int nvrtcCreateProgram(Program** program, const char* source, const char*, int headers,
                              const char* const*, const char* const*) {
  if (headers) return INVALID_INPUT;
  *program = new Program{source, "", ""};
  return SUCCESS;
}

EXPORT int nvrtcDestroyProgram(Program** program) {
  delete *program;
  *program = nullptr;
  return SUCCESS;
}

EXPORT int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  std::vector<std::string> macros;
  for (int i = 0; i < count; i++)
    if (Result result = parse(options[i], macros)) return result;
  return compile(*program, macros) ? SUCCESS : FAILED;
}

EXPORT int nvrtcGetCUBINSize(Program* program, size_t* size) {
  *size = program->image.size();
  return SUCCESS;
}

EXPORT int nvrtcGetCUBIN(Program* program, char* image) {
  memcpy(image, program->image.data(), program->image.size());
  return SUCCESS;
}

EXPORT int nvrtcGetProgramLogSize(Program* program, size_t* size) {
  *size = program->log.size() + 1;
  return SUCCESS;
}

EXPORT int nvrtcGetProgramLog(Program* program, char* log) {
  memcpy(log, program->log.c_str(), program->log.size() + 1);
  return SUCCESS;
}
