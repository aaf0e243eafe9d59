/// What several commands of the tool need to say what they found: pictures, eigenvalues, progress,
/// and the oracle that kernels are judged by.
@NullMarked
package org.ntk4j.cli.report;

import org.jspecify.annotations.NullMarked;
