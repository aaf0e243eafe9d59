/// The `ntk` command-line tool: a thin layer on the library, one class for each subcommand.
@NullMarked
package org.ntk4j.cli;

import org.jspecify.annotations.NullMarked;
