package org.ntk4j.tests.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.onnx.OnnxException;
import org.ntk4j.onnx.OnnxOptions;

/// Imports a test's model and runs it.
final class CaseRunner {
  /// What came of a test.
  sealed interface Outcome {
    /// Equal outputs.
    ///
    /// @param known how many of the inputs were part of the model
    record Passed(int known) implements Outcome {}

    /// Refused with a message.
    record Refused(String message) implements Outcome {}

    /// Wrong outputs, or a failure that is no refusal.
    record Wrong(String message) implements Outcome {}
  }

  private CaseRunner() {}

  static Outcome run(NodeCase test) {
    try {
      ImportedCase imported = ImportedCase.of(test, OnnxOptions.DEFAULT);
      List<String> differences =
          test.differences(Evaluator.run(imported.program(), imported.arguments()));
      return differences.isEmpty()
          ? new Outcome.Passed(imported.known())
          : new Outcome.Wrong(differences.getFirst());
    } catch (OnnxException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      return new Outcome.Wrong(e.toString());
    }
  }
}
