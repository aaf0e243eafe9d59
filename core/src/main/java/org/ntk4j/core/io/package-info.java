/// Files of arrays: `.npy` and `.npz`, as NumPy reads and writes them.
@NullMarked
package org.ntk4j.core.io;

import org.jspecify.annotations.NullMarked;
