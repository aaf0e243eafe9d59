/// Networks read from ONNX files.
@NullMarked
package org.ntk4j.onnx;

import org.jspecify.annotations.NullMarked;
