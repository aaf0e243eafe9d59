# Reads Maven's output and shows what a person wants of it: the number of tests and the time of each
# module, every warning and every error.
{ gsub(/\033\[[0-9;]*m/, "") }
/^\[INFO\] Building ntk4j/ { module = $3; next }
/^\[INFO\] Tests run: / && !/Time elapsed/ { printf "%-20s ", module; sub(/^\[INFO\] /, "") ; print; fflush(); next }
/^\[INFO\] Reactor Summary/ { summary = 1; next }
summary && /(SUCCESS|FAILURE|SKIPPED)/ { sub(/^\[INFO\] /, ""); print; next }
/^\[INFO\] Total time/ { sub(/^\[INFO\] /, ""); print; next }
/^\[INFO\]/ { next }
# What Maven says about running it again.
/^\[ERROR\] *$/ || /^\[ERROR\] (To see the full|Re-run Maven|For more information|After correcting|\[Help)/ { next }
/^\[ERROR\]   mvn <args> -rf/ || /^$/ { next }
{ sub(/ -> \[Help [0-9]+\]$/, ""); print; fflush() }
