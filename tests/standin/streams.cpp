// Streams, events and graphs. Work of a stream runs as late as it may: when somebody waits for it.
// So results that are read too early are found, and staging memory that is written again too early.
#include <algorithm>
#include <chrono>

#include "handles.h"

Handles<Stream> liveStreams;
Handles<Event> liveEvents;
Handles<Graph> liveGraphs;
Handles<Executable> liveExecutables;

namespace {
Stream theNullStream;

// The most work that a stream which is gone had. A new one, which may lie where that was, counts on
// from here: events recorded before are done.
size_t addedBefore = 0;

// The stream that still has to do the work before an event; none if it is gone, all work done.
Stream* awaited(Event* event) {
  Stream* stream = event->stream;
  return stream == &theNullStream || liveStreams.has(stream) ? stream : nullptr;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Runs one piece of work; after a failure the rest of all work is dropped.
void runNext(Stream* stream) {
  if (stream->done == stream->added) return;
  Work work = std::move(stream->queue[0]);
  stream->queue.erase(stream->queue.begin());
  stream->done++;
  if (failure.code == SUCCESS) work();
}

Code capturing(Stream* stream, const char* what) {
  if (!stream->capture) return SUCCESS;
  return refuse(CAPTURE_UNSUPPORTED, std::string(what) + " of a stream that is being captured");
}
}  // namespace

Stream* nullStream() { return &theNullStream; }

Code streamOf(Stream* handle, Stream** stream) {
  RETURN_IF(entered());
  *stream = handle ? handle : &theNullStream;
  if (handle && !liveStreams.has(handle)) return refuse(INVALID_HANDLE, "no such stream");
  return SUCCESS;
}

Code streams::enqueue(Stream* stream, Work work) {
  if (stream->capture) {
    stream->capture->works.push_back(std::move(work));
    return SUCCESS;
  }
  if (stream == &theNullStream) {
    for (Stream* other : liveStreams.live)
      if (other->blocking && !other->capture) finish(other, other->added);
    if (failure.code == SUCCESS) work();
    return failure.code;
  }
  stream->queue.push_back(std::move(work));
  stream->added++;
  return SUCCESS;
}

void streams::finish(Stream* stream, size_t count) {
  while (stream->done < count) runNext(stream);
}

void streams::finishAll() {
  if (settings.order == 1) {
    for (auto i = liveStreams.live.rbegin(); i != liveStreams.live.rend(); ++i)
      finish(*i, (*i)->added);
  } else {
    for (Stream* stream : liveStreams.live) finish(stream, stream->added);
  }
}

Code streams::synchronize(Stream* stream) {
  RETURN_IF(capturing(stream, "cuStreamSynchronize"));
  if (stream == &theNullStream) finishAll();
  finish(stream, stream->added);
  RETURN_IF(failure.code);
  return memory::checkRedZones();
}

void streams::reset() {
  for (Stream* stream : liveStreams.live) {
    stream->queue.clear();
    stream->done = stream->added;
    stream->capture = nullptr;
  }
}

// A capture in global mode forbids calls that may wait for the device to every thread, one in
// thread-local mode to the thread that began it.
Code enteredUnsafely() {
  RETURN_IF(entered());
  for (Stream* stream : liveStreams.live) {
    Graph* graph = stream->capture;
    if (!graph || graph->mode == 2 || (graph->mode == 1 && graph->thread != thisThread())) continue;
    return refuse(CAPTURE_UNSUPPORTED, "a call that may wait for the device during a capture");
  }
  return SUCCESS;
}

EXPORT int cuStreamCreate(Stream** stream, unsigned flags) {
  auto lock = locked();
  RETURN_IF(entered());
  *stream = liveStreams.add(std::make_unique<Stream>());
  (*stream)->blocking = !(flags & 1);
  (*stream)->done = (*stream)->added = addedBefore;
  return SUCCESS;
}

EXPORT int cuStreamCreateWithPriority(Stream** stream, unsigned flags, int) {
  return cuStreamCreate(stream, flags);
}

EXPORT int cuStreamDestroy_v2(Stream* stream) {
  auto lock = locked();
  if (!liveStreams.has(stream)) return refuse(INVALID_HANDLE, "no such stream");
  streams::finish(stream, stream->added);
  addedBefore = std::max(addedBefore, stream->added);
  liveStreams.remove(stream);
  return failure.code;
}

EXPORT int cuStreamSynchronize(Stream* handle) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  return streams::synchronize(stream);
}

EXPORT int cuStreamQuery(Stream* handle) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  RETURN_IF(capturing(stream, "cuStreamQuery"));
  if (stream->done == stream->added) return SUCCESS;
  runNext(stream);  // so that one who polls gets on
  return failure.code ? failure.code : NOT_READY;
}

EXPORT int cuStreamBeginCapture_v2(Stream* handle, int mode) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  if (stream == &theNullStream)
    return refuse(CAPTURE_UNSUPPORTED, "the null stream cannot be captured");
  RETURN_IF(capturing(stream, "cuStreamBeginCapture"));
  stream->capture = liveGraphs.add(std::make_unique<Graph>());
  stream->capture->origin = stream;
  stream->capture->mode = mode;
  stream->capture->thread = thisThread();
  return SUCCESS;
}

EXPORT int cuStreamEndCapture(Stream* handle, Graph** graph) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  Graph* captured = stream->capture;
  if (!captured || captured->origin != stream)
    return refuse(INVALID_VALUE, "cuStreamEndCapture of a stream that began no capture");
  if (captured->mode != 2 && captured->thread != thisThread())
    return refuse(INVALID_VALUE, "cuStreamEndCapture in another thread than began the capture");
  for (Stream* other : liveStreams.live)
    if (other->capture == captured) other->capture = nullptr;
  *graph = captured;
  return SUCCESS;
}

EXPORT int cuStreamIsCapturing(Stream* handle, int* status) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  *status = stream->capture ? 1 : 0;
  return SUCCESS;
}

EXPORT int cuStreamWaitEvent(Stream* handle, Event* event, unsigned) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  if (!liveEvents.has(event)) return refuse(INVALID_HANDLE, "no such event");
  if (event->captured) {
    if (stream->capture && stream->capture != event->captured)
      return refuse(CAPTURE_INVALIDATED, "an event of another capture");
    stream->capture = event->captured;
    return SUCCESS;
  }
  Stream* other = awaited(event);
  if (!other) return SUCCESS;
  size_t after = event->after;
  return streams::enqueue(stream, [other, after] {
    if (other == nullStream() || liveStreams.has(other)) streams::finish(other, after);
  });
}

EXPORT int cuLaunchHostFunc(Stream* handle, void (*function)(void*), void* data) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  return streams::enqueue(stream, [function, data] { function(data); });
}

EXPORT int cuEventCreate(Event** event, unsigned) {
  auto lock = locked();
  RETURN_IF(entered());
  *event = liveEvents.add(std::make_unique<Event>());
  return SUCCESS;
}

EXPORT int cuEventDestroy_v2(Event* event) {
  auto lock = locked();
  if (liveEvents.has(event) && awaited(event)) streams::finish(event->stream, event->after);
  return liveEvents.remove(event) ? SUCCESS : refuse(INVALID_HANDLE, "no such event");
}

EXPORT int cuEventRecord(Event* event, Stream* handle) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  if (!liveEvents.has(event)) return refuse(INVALID_HANDLE, "no such event");
  event->captured = stream->capture;
  event->stream = stream;
  if (stream->capture) return SUCCESS;
  Code code = streams::enqueue(stream, [event] {
    if (liveEvents.has(event)) event->time = seconds();
  });
  event->after = stream->added;
  return code;
}

EXPORT int cuEventSynchronize(Event* event) {
  auto lock = locked();
  RETURN_IF(entered());
  if (!liveEvents.has(event)) return refuse(INVALID_HANDLE, "no such event");
  if (event->captured) return refuse(CAPTURE_UNSUPPORTED, "cuEventSynchronize of a captured event");
  if (awaited(event)) streams::finish(event->stream, event->after);
  return failure.code;
}

EXPORT int cuEventQuery(Event* event) {
  auto lock = locked();
  RETURN_IF(entered());
  if (!liveEvents.has(event)) return refuse(INVALID_HANDLE, "no such event");
  if (!awaited(event) || event->stream->done >= event->after) return SUCCESS;
  runNext(event->stream);
  return failure.code ? failure.code : NOT_READY;
}

EXPORT int cuEventElapsedTime_v2(float* milliseconds, Event* from, Event* to) {
  auto lock = locked();
  RETURN_IF(entered());
  if (!liveEvents.has(from) || !liveEvents.has(to)) return refuse(INVALID_HANDLE, "no such event");
  if (from->time == 0 || to->time == 0) return NOT_READY;
  *milliseconds = (float)((to->time - from->time) * 1e3);
  return SUCCESS;
}

EXPORT int cuGraphInstantiateWithFlags(Executable** executable, Graph* graph, unsigned long) {
  auto lock = locked();
  RETURN_IF(entered());
  if (!liveGraphs.has(graph)) return refuse(INVALID_VALUE, "no such graph");
  *executable = liveExecutables.add(std::make_unique<Executable>());
  (*executable)->works = graph->works;
  return SUCCESS;
}

EXPORT int cuGraphUpload(Executable* executable, Stream*) {
  auto lock = locked();
  return liveExecutables.has(executable) ? SUCCESS : refuse(INVALID_VALUE, "no such graph");
}

EXPORT int cuGraphLaunch(Executable* executable, Stream* handle) {
  auto lock = locked();
  Stream* stream;
  RETURN_IF(streamOf(handle, &stream));
  if (!liveExecutables.has(executable)) return refuse(INVALID_VALUE, "no such graph");
  counters.graphLaunches++;
  return streams::enqueue(stream, [works = executable->works] {
    for (const Work& work : works)
      if (failure.code == SUCCESS) work();
  });
}

EXPORT int cuGraphDestroy(Graph* graph) {
  auto lock = locked();
  return liveGraphs.remove(graph) ? SUCCESS : refuse(INVALID_VALUE, "no such graph");
}

EXPORT int cuGraphExecDestroy(Executable* executable) {
  auto lock = locked();
  return liveExecutables.remove(executable) ? SUCCESS : refuse(INVALID_VALUE, "no such graph");
}

EXPORT int cuGraphGetNodes(Graph* graph, void**, size_t* count) {
  auto lock = locked();
  if (!liveGraphs.has(graph)) return refuse(INVALID_VALUE, "no such graph");
  *count = graph->works.size();
  return SUCCESS;
}
