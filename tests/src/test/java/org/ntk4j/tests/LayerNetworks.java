package org.ntk4j.tests;

import static org.ntk4j.tests.NamedNetwork.one;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.CustomDerivative;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;

/// Networks of layers that share, tie or reshape their weights.
final class LayerNetworks {

  private LayerNetworks() {}

  static Stream<NamedNetwork> all() {
    return Stream.of(
            convolutions().stream(), borders().stream(), recurrences().stream(), scans().stream())
        .flatMap(s -> s);
  }

  private static Value conv(
      Value x,
      Value w,
      long stride,
      long lo,
      long hi,
      long spread,
      long step,
      long groups,
      long batchGroups) {
    ConvDims dims = new ConvDims(0, 2, List.of(1), 1, 2, List.of(0), 0, 2, List.of(1));
    Conv conv =
        new Conv(
            dims,
            List.of(stride),
            List.of(lo),
            List.of(hi),
            List.of(spread),
            List.of(step),
            groups,
            batchGroups);
    return Value.emit(conv, x, w);
  }

  private static List<NamedNetwork> convolutions() {
    return List.of(
        one(
            "resnet_shared",
            List.of(Shape.of(3, 2, 2), Shape.of(2, 2)),
            Shape.of(8, 2),
            (p, x) -> {
              Value h = x;
              for (int k = 0; k < 3; k++) {
                h =
                    h.add(Functions.relu(h).conv(p.get(0)).padding(Padding.SAME).value())
                        .pool(2)
                        .strides(2)
                        .mean();
              }
              return h.mean(1).matmul(p.get(1));
            }),
        one(
            "shared_conv_strides",
            List.of(Shape.of(2, 2, 2)),
            Shape.of(6, 2),
            (p, x) ->
                x.conv(p.get(0))
                    .value()
                    .tanh()
                    .conv(p.get(0))
                    .strides(2)
                    .value()
                    .tanh()
                    .conv(p.get(0))
                    .dilations(1)
                    .padding(Padding.SAME)
                    .value()),
        one(
            "shared_conv_dil",
            List.of(Shape.of(2, 2, 2)),
            Shape.of(6, 2),
            (p, x) ->
                x.conv(p.get(0))
                    .dilations(1)
                    .value()
                    .tanh()
                    .conv(p.get(0))
                    .dilations(2)
                    .value()
                    .tanh()
                    .conv(p.get(0).reverse(0).swapAxes(1, 2))
                    .dilations(2)
                    .value()),
        one(
            "shared_conv_transpose_tied",
            List.of(Shape.of(2, 2, 3)),
            Shape.of(4, 2),
            (p, x) ->
                x.conv(p.get(0))
                    .strides(2)
                    .value()
                    .tanh()
                    .conv(p.get(0).swapAxes(1, 2))
                    .transposed()
                    .strides(2)
                    .value()),
        one(
            "conv_and_dense_same_weight",
            List.of(Shape.of(2, 2, 2)),
            Shape.of(4, 2),
            (p, x) ->
                x.conv(p.get(0))
                    .value()
                    .tanh()
                    .mean(1)
                    .matmul(p.get(0).get(0, 1))
                    .matmul(p.get(0).sum(0))),
        one(
            "depthwise_shared2d",
            List.of(Shape.of(2, 2, 1, 2)),
            Shape.of(4, 4, 2),
            (p, x) ->
                x.conv(p.get(0))
                    .groups(2)
                    .value()
                    .tanh()
                    .conv(p.get(0))
                    .groups(2)
                    .strides(2, 1)
                    .padding(Padding.SAME)
                    .value()
                    .conv(p.get(0))
                    .groups(2)
                    .dilations(1, 2)
                    .padding(Padding.SAME)
                    .value()));
  }

  private static List<NamedNetwork> borders() {
    return List.of(
        one(
            "conv_lhs_dil",
            List.of(Shape.of(3, 2, 2)),
            Shape.of(3, 2),
            (p, x) ->
                conv(conv(x, p.get(0), 2, 2, 3, 3, 2, 1, 1).tanh(), p.get(0), 1, 5, 0, 2, 1, 1, 1)),
        one(
            "conv_neg_pad",
            List.of(Shape.of(2, 2, 2)),
            Shape.of(6, 2),
            (p, x) -> conv(x, p.get(0), 1, -1, -2, 1, 1, 1, 1).tanh()),
        one(
            "batch_groups",
            List.of(Shape.of(2, 2, 4)),
            Shape.of(4, 2),
            (p, x) -> {
              Value xx = Functions.concatenate(0, x, x.mul(0.5));
              return conv(xx, p.get(0), 1, 0, 0, 1, 1, 1, 2);
            }),
        one(
            "param_image_data_kernel",
            List.of(Shape.of(1, 5, 2)),
            Shape.of(2),
            (p, x) ->
                p.get(0)
                    .conv(x.transpose().reshape(1L, 2L, -1L))
                    .value()
                    .tanh()
                    .get(0, 0)
                    .moveAxis(1, 0)),
        one(
            "conv_example_spatial",
            List.of(Shape.of(2, 4, 3)),
            Shape.of(4),
            (p, x) ->
                x.pad(List.of(0L, 0L), List.of(1L, 0L), 0)
                    .expandDims(0)
                    .conv(p.get(0))
                    .value()
                    .squeeze(0)
                    .tanh()),
        one(
            "weight_standard_conv",
            List.of(Shape.of(2, 2, 3)),
            Shape.of(4, 2),
            (p, x) -> x.conv(Functions.standardize(p.get(0), 1e-3, 0, 1)).value().tanh()));
  }

  private static List<NamedNetwork> recurrences() {
    return List.of(
        one(
            "rnn_unrolled_tied",
            List.of(Shape.of(3, 3)),
            Shape.of(3, 3),
            (p, x) -> {
              Value h = x.get(1, 0).mul(0.0);
              for (int t = 0; t < 3; t++)
                h = x.get(1, t).matmul(p.get(0)).add(h.matmul(p.get(0).transpose())).tanh();
              return h.matmul(p.get(0));
            }),
        one(
            "rnn_learned_state_out",
            List.of(Shape.of(2, 3), Shape.of(3, 3), Shape.of(3)),
            Shape.of(4, 2),
            (p, x) ->
                Control.scan(
                        p.get(2).broadcastTo(x.dim(0), 3),
                        x.swapAxes(0, 1),
                        (h, xt) -> {
                          Value n = xt.matmul(p.get(0)).add(h.matmul(p.get(1))).tanh();
                          return Control.Step.of(n, n.mul(p.get(2)));
                        })
                    .outputs()
                    .getFirst()
                    .swapAxes(0, 1)),
        one(
            "lstm",
            List.of(Shape.of(2, 8), Shape.of(2, 8), Shape.of(8)),
            Shape.of(3, 2),
            (p, x) ->
                Control.scan(
                        List.of(x.get(1, 0).mul(0), x.get(1, 0).mul(0)),
                        List.of(x.swapAxes(0, 1)),
                        (c, in) -> {
                          List<Value> g =
                              in.get(0)
                                  .matmul(p.get(0))
                                  .add(c.get(0).matmul(p.get(1)))
                                  .add(p.get(2))
                                  .split(1, 4);
                          Value m =
                              g.get(0)
                                  .logistic()
                                  .mul(c.get(1))
                                  .add(g.get(1).logistic().mul(g.get(2).tanh()));
                          return new Control.Step(
                              List.of(g.get(3).logistic().mul(m.tanh()), m), List.of(m));
                        })
                    .outputs()
                    .getFirst()
                    .swapAxes(0, 1)),
        one(
            "bi_rnn",
            List.of(Shape.of(2, 2), Shape.of(2, 2)),
            Shape.of(3, 2),
            (p, x) -> {
              BiFunction<Value, Boolean, Value> run =
                  (w, rev) ->
                      Control.scan(
                              List.of(x.get(1, 0).mul(0)),
                              List.of(x.swapAxes(0, 1)),
                              3,
                              rev,
                              (h, in) -> {
                                Value n = h.getFirst().matmul(w).add(in.getFirst()).tanh();
                                return Control.Step.of(n, n);
                              })
                          .outputs()
                          .getFirst();
              return Functions.concatenate(2, run.apply(p.get(0), false), run.apply(p.get(1), true))
                  .swapAxes(0, 1);
            }),
        one(
            "nested_scan",
            List.of(Shape.of(2, 2)),
            Shape.of(2),
            (p, x) ->
                Control.repeat(
                    2,
                    x,
                    (i, h) ->
                        Control.repeat(2, h, (j, g) -> g.matmul(p.get(0)).tanh().add(h))
                            .mul(p.get(0).sum()))));
  }

  private static List<NamedNetwork> scans() {
    return List.of(
        one(
            "scan_param_xs_out",
            List.of(Shape.of(4, 3, 3)),
            Shape.of(3),
            (p, x) ->
                Control.scan(
                        x, p.get(0), (h, w) -> Control.Step.of(h.matmul(w).tanh(), h.matmul(w)))
                    .outputs()
                    .getFirst()
                    .swapAxes(0, 1)),
        one(
            "scan_carry_transposed",
            List.of(Shape.of(3, 3)),
            Shape.of(4, 3),
            (p, x) ->
                Control.scan(
                        List.of(p.get(0), x.get(1, 0)),
                        List.of(x.swapAxes(0, 1)),
                        (c, in) ->
                            new Control.Step(
                                List.of(
                                    c.get(0).transpose(),
                                    in.get(0).matmul(c.get(0)).add(c.get(1)).tanh()),
                                List.of()))
                    .carry()
                    .get(1)),
        one(
            "scan_dyn_update",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) ->
                x.matmul(
                    Control.repeat(
                        3,
                        p.get(0).mul(0.5),
                        (i, h) ->
                            h.dynamicUpdateSlice(
                                h.dynamicGet(0, i).sin().expandDims(0).mul(p.get(0).get(0, 1)),
                                Functions.stack(0, i, i.mul(0)))))),
        one(
            "checkpoint_in_scan",
            List.of(Shape.of(3, 3), Shape.of(3)),
            Shape.of(4, 3),
            (p, x) ->
                Control.scan(
                        x.get(1, 0),
                        x.swapAxes(0, 1),
                        (h, in) -> {
                          Value n =
                              Control.checkpoint(
                                      List.of(h, in, p.get(0)),
                                      a ->
                                          List.of(
                                              a.get(0)
                                                  .add(a.get(1))
                                                  .matmul(a.get(2))
                                                  .mul(p.get(1))
                                                  .tanh()))
                                  .getFirst();
                          return Control.Step.of(n, n);
                        })
                    .carry()
                    .getFirst()),
        one(
            "cond_in_scan_param_pred",
            List.of(Shape.of(3, 3), Shape.of(3)),
            Shape.of(3),
            (p, x) ->
                Control.scan(
                        x,
                        p.get(1),
                        (h, w) ->
                            Control.Step.of(
                                Control.cond(
                                    w.gt(0),
                                    () -> h.matmul(p.get(0)).mul(w).tanh(),
                                    () -> h.add(w)),
                                w))
                    .carry()
                    .getFirst()),
        one(
            "conv_xs_in_scan",
            List.of(Shape.of(2, 2, 2, 2)),
            Shape.of(4, 2),
            (p, x) ->
                Control.scan(
                        x,
                        p.get(0),
                        (h, w) ->
                            Control.Step.of(
                                h.conv(w).padding(Padding.SAME).value().tanh(), h.mean(1)))
                    .outputs()
                    .getFirst()
                    .swapAxes(0, 1)),
        one(
            "custom_in_scan",
            List.of(Shape.of(3, 3)),
            Shape.of(3),
            (p, x) ->
                Control.repeat(
                    3,
                    x,
                    (i, h) ->
                        CustomDerivative.jvp(
                                List.of(h.matmul(p.get(0))),
                                a -> List.of(a.get(0).tanh()),
                                (a, d) -> List.of(d.get(0).mul(a.get(0).cos())))
                            .getFirst())));
  }
}
