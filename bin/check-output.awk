# Reads Maven's output and shows what a person wants of it: each module with its number of tests and
# its time, every warning, and from the first error on everything.
/^\[INFO\] Building ntk4j/ { module = $3; next }
/^\[INFO\] Running / { next }
/^\[INFO\] Tests run: .*Time elapsed/ { next }
/^\[INFO\] Tests run: / { sub(/^\[INFO\] /, ""); printf "%-20s %s\n", module, $0; fflush(); next }
/^\[INFO\] Reactor Summary/ { summary = 1; next }
/^\[INFO\] (BUILD|Total time)/ { sub(/^\[INFO\] /, ""); print; next }
summary && /SUCCESS|FAILURE|SKIPPED/ { sub(/^\[INFO\] /, ""); print; next }
/^\[INFO\]/ { if (failed && module != "" && length($0) > 7) print; next }
/^\[ERROR\]/ { failed = 1 }
/^$/ { if (failed) print; next }
{ print; fflush() }
