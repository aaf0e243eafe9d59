package org.ntk4j.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.models.Run.assertMessage;
import static org.ntk4j.models.Run.assertShape;
import static org.ntk4j.models.Run.assertTensor;
import static org.ntk4j.models.Run.evaluate;
import static org.ntk4j.models.Run.init;
import static org.ntk4j.models.Run.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

class RecurrentTest {
  @ParameterizedTest
  @EnumSource
  void agrees_with_the_loop_written_out(Parameterization parameterization) {
    Weights weights = new Weights(1.5, 0.3, parameterization);
    boolean ntk = parameterization == Parameterization.NTK;
    Tensor x = random(1, 2, 5, 3);
    Layer every = Stax.recurrent(4, weights, true);
    Tree<Tensor> params = init(every, x);
    assertEquals(List.of("wInput", "wHidden", "b"), params.paths());
    double[] wInput = params.get("wInput").value().toDoubles();
    double[] wHidden = params.get("wHidden").value().toDoubles();
    double[] b = params.get("b").value().toDoubles();
    double[] all = new double[2 * 5 * 4];
    double[] last = new double[2 * 4];
    for (int n = 0; n < 2; n++) {
      double[] h = new double[4];
      for (int t = 0; t < 5; t++) {
        double[] next = new double[4];
        for (int o = 0; o < 4; o++) {
          double sum = ntk ? 0.3 * b[o] : b[o];
          for (int i = 0; i < 3; i++) {
            double scale = ntk ? 1.5 / Math.sqrt(3) : 1;
            sum += scale * x.getDouble((n * 5 + t) * 3 + i) * wInput[i * 4 + o];
          }
          for (int i = 0; i < 4; i++) {
            sum += (ntk ? 1.5 / Math.sqrt(4) : 1) * h[i] * wHidden[i * 4 + o];
          }
          next[o] = Math.tanh(sum);
        }
        h = next;
        System.arraycopy(h, 0, all, (n * 5 + t) * 4, 4);
      }
      System.arraycopy(h, 0, last, n * 4, 4);
    }
    assertTensor(evaluate(every, params, x), Shape.of(2, 5, 4), all);
    assertTensor(evaluate(Stax.recurrent(4, weights, false), params, x), Shape.of(2, 4), last);
  }

  @Test
  void shapes_and_errors() {
    assertShape(Stax.recurrent(4, Weights.DEFAULT, true), random(1, 2, 5, 3), 2, 5, 4);
    assertShape(Stax.recurrent(4, Weights.DEFAULT, false), random(1, 2, 5, 3), 2, 4);
    assertMessage(
        "recurrent: the input is f64[1,2,3,4], but needs 3 axes",
        () -> init(Stax.recurrent(4, Weights.DEFAULT, true), random(1, 1, 2, 3, 4)));
  }
}
