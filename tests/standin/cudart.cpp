// A stand-in for the runtime library: the presets' library names it, nothing of it is called.
