# Reads Maven's output and shows what a person wants of it: the number of tests and the time of each
# module, every warning and every error.
{ gsub(/\033\[[0-9;]*m/, "") }
/^\[INFO\] Building ntk4j/ { module = $3; next }
/^\[INFO\] Tests run: / && !/Time elapsed/ { printf "%-20s ", module; sub(/^\[INFO\] /, "") ; print; fflush(); next }
/^\[INFO\] Reactor Summary/ { summary = 1; next }
summary && /(SUCCESS|FAILURE|SKIPPED)/ { sub(/^\[INFO\] /, ""); print; next }
/^\[INFO\] Total time/ { sub(/^\[INFO\] /, ""); print; next }
/^\[INFO\]/ { next }
# Of a property test: its name, how often it was tried, and the seed that repeats it.
/^timestamp = .*[A-Za-z]+:/ { property = $0; sub(/^timestamp = [^,]*, /, "", property); sub(/ = *$/, "", property); next }
/^tries = / { tries = $3; next }
/^seed = / { printf "  %s: %s tries, seed %s\n", property, tries, $3; fflush(); next }
/^ +[^ ].* \( *[0-9]+\) : +[0-9.]+ %$/ { next } # How often a case occurred; tests assert it.
/\|-*jqwik-*/ || /^(checks|generation|after-failure|when-fixed-seed|edge-cases)[^|]*\|/ { next }
# What Maven says about running it again.
/^\[ERROR\] *$/ || /^\[ERROR\] (To see the full|Re-run Maven|For more information|After correcting|\[Help)/ { next }
/^\[ERROR\]   mvn <args> -rf/ || /^$/ { next }
{ sub(/ -> \[Help [0-9]+\]$/, ""); print; fflush() }
