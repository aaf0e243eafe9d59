/// Files of arrays, `.npy` and `.npz`, as NumPy reads and writes them; and what is kept on disk
/// from one process to the next.
@NullMarked
package org.ntk4j.core.io;

import org.jspecify.annotations.NullMarked;
