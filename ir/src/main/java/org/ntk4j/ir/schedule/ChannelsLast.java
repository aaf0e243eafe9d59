package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.While;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.ir.pass.Dce;

/// Makes convolutions with channels before the spatial axes ones with channels last, the layout
/// that is fast on processors, and computes what lies between them in that order too.
///
/// A value is computed in the order of its operands. Where an equation needs the axes as they are
/// (a reshape across them, a result of the program), or operands come in two orders, they are
/// transposed; a library sees that through strides.
final class ChannelsLast {
  private final Reordered values = new Reordered();

  private ChannelsLast() {}

  /// `p` itself if it has no convolution with channels first.
  static Program of(Program p) {
    if (p.equations().stream().noneMatch(ConvOrders::isChannelsFirst)) {
      return p;
    }
    return new ChannelsLast().rewritten(p, p.inputs());
  }

  /// Whether `p`, or a program inside it, has such convolutions.
  static boolean concerns(Program p) {
    return p.equations().stream()
        .anyMatch(e ->
            e.op() instanceof HigherOrder op
                ? op.programs().stream().anyMatch(ChannelsLast::concerns)
                : ConvOrders.isChannelsFirst(e));
  }

  private Program rewritten(Program p, List<Var> inputs) {
    p.equations().forEach(this::visit);
    List<Atom> outputs = p.outputs().stream().map(values::plain).toList();
    return new Dce().apply(new Program(inputs, values.equations(), outputs));
  }

  private void visit(Equation e) {
    switch (e.op()) {
      case Elementwise op -> alike(e, _ -> op);
      case Multilinear op -> multilinear(op, e);
      case PiecewiseConstant op -> piecewiseConstant(op, e);
      case Nonlinear op -> nonlinear(op, e);
      case HigherOrder op -> higherOrder(op, e);
    }
  }

  private void multilinear(Multilinear op, Equation e) {
    switch (op) {
      case Add _, Sub _, Mul _, Neg _, Convert _, Select _ -> alike(e, _ -> op);
      case Slice(var start, var limit, var stride) ->
          alike(e, o -> new Slice(o.apply(start), o.apply(limit), o.apply(stride)));
      case Pad(var lo, var hi, var interior) ->
          alike(e, o -> new Pad(o.apply(lo), o.apply(hi), o.apply(interior)));
      case Reverse(var axes) -> alike(e, o -> new Reverse(o.positions(axes)));
      case Concatenate(int axis) -> alike(e, o -> new Concatenate(o.position(axis)));
      case WindowSum(var window) -> alike(e, o -> new WindowSum(moved(window, o)));
      case ReduceSum(var axes) -> reduce(e, axes, ReduceSum::new);
      case Transpose(var permutation) -> transpose(e, permutation);
      case Broadcast(var shape, var axes) -> broadcast(e, shape, axes);
      case Reshape _ -> reshape(e);
      case Contract contract -> contract(e, contract);
      case Conv conv -> convolve(e, conv);
      case Gather _, DynamicSlice _, DynamicUpdateSlice _, ScatterAdd _, CumSum _ -> plain(e);
    }
  }

  private void piecewiseConstant(PiecewiseConstant op, Equation e) {
    switch (op) {
      case Compare _, Step _, Logic _, Classify _, Cast _, StopGradient _ -> alike(e, _ -> op);
      case Iota _, RandomBits _, ArgExtremum _, Constant _ -> plain(e);
    }
  }

  private void nonlinear(Nonlinear op, Equation e) {
    switch (op) {
      case ReduceExtremum(var kind, var axes) ->
          reduce(e, axes, left -> new ReduceExtremum(kind, left));
      case ReduceProd(var axes) -> reduce(e, axes, ReduceProd::new);
      case WindowExtremum(var kind, var window) ->
          alike(e, o -> new WindowExtremum(kind, moved(window, o)));
      case CumExtremum _, CumProd _, Sort _, TopK _, Cholesky _, TriangularSolve _ -> plain(e);
    }
  }

  /// What a body reads and does not change stays in its order.
  private void higherOrder(HigherOrder op, Equation e) {
    switch (op) {
      case Scan(var body, int consts, int carries, long length, boolean reverse) -> {
        List<AxisOrder> orders = new ArrayList<>(e.in().stream().map(this::plainOrder).toList());
        for (int k = 0; k < consts; k++) {
          orders.set(k, values.order(e.in().get(k)));
        }
        Program inner = inside(body, orders);
        values.keep(
            new Equation(
                new Scan(inner, consts, carries, length, reverse), in(e, orders), e.out()));
      }
      case Cond(var branches) -> {
        List<AxisOrder> orders = e.in().stream().map(values::order).toList();
        List<AxisOrder> inputs = orders.subList(1, orders.size());
        List<Program> inner = branches.stream().map(b -> inside(b, inputs)).toList();
        values.keep(new Equation(new Cond(inner), in(e, orders), e.out()));
      }
      case While _, Call _, Checkpoint _, CustomJvp _, CustomVjp _ -> plain(e);
    }
  }

  private AxisOrder plainOrder(Atom x) {
    return AxisOrder.plain(x.aval().rank());
  }

  private List<Atom> in(Equation e, List<AxisOrder> orders) {
    List<Atom> in = new ArrayList<>();
    for (int k = 0; k < orders.size(); k++) {
      in.add(values.in(e.in().get(k), orders.get(k)));
    }
    return in;
  }

  /// `p` with its inputs in these orders; `p` itself if they are as they are.
  private static Program inside(Program p, List<AxisOrder> orders) {
    if (orders.stream().allMatch(AxisOrder::isPlain)) {
      return p;
    }
    ChannelsLast pass = new ChannelsLast();
    Program flat = Flatten.of(p);
    List<Var> inputs = new ArrayList<>();
    for (int k = 0; k < orders.size(); k++) {
      inputs.add(pass.values.input(flat.inputs().get(k), orders.get(k)));
    }
    return pass.rewritten(flat, inputs);
  }

  /// Its operands and results are as they are.
  private void plain(Equation e) {
    values.keep(new Equation(e.op(), e.in().stream().map(values::plain).toList(), e.out()));
  }

  private boolean isPlain(Equation e) {
    return e.in().stream().allMatch(x -> values.order(x).isPlain());
  }

  /// The axes of the result are those of the operands, scalars aside.
  private void alike(Equation e, Function<AxisOrder, Primitive> op) {
    if (isPlain(e)) {
      plain(e);
      return;
    }
    AxisOrder order =
        e.in().stream()
            .map(values::order)
            .filter(o -> !o.isPlain())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("bug: plain operands"));
    List<Atom> in =
        e.in().stream()
            .map(x -> x.aval().rank() == 0 ? values.plain(x) : values.in(x, order))
            .toList();
    values.place(e.result(), values.emit(op.apply(order), in), order);
  }

  private static Window moved(Window w, AxisOrder order) {
    return new Window(
        order.apply(w.size()),
        order.apply(w.strides()),
        order.apply(w.padLo()),
        order.apply(w.padHi()),
        order.apply(w.baseDilation()),
        order.apply(w.windowDilation()));
  }

  private void reduce(Equation e, List<Integer> axes, Function<List<Integer>, Primitive> op) {
    if (isPlain(e)) {
      plain(e);
      return;
    }
    Atom x = e.in().getFirst();
    AxisOrder order = values.order(x);
    Var result = values.emit(op.apply(order.positions(axes)), List.of(values.stored(x)));
    values.place(e.result(), result, order.without(axes));
  }

  /// Nothing is moved: the operand is the result in another order.
  private void transpose(Equation e, List<Integer> permutation) {
    if (!isPlain(e) && values.stored(e.in().getFirst()) instanceof Var stored) {
      AxisOrder order = values.order(e.in().getFirst());
      List<Integer> seen = new AxisOrder(permutation).positions(order.axes());
      values.place(e.result(), stored, new AxisOrder(seen));
    } else {
      plain(e);
    }
  }

  /// The axes of the operand share their places in the result in their order.
  private void broadcast(Equation e, Shape shape, List<Integer> axes) {
    if (isPlain(e)) {
      plain(e);
      return;
    }
    Atom x = e.in().getFirst();
    List<Integer> order = new ArrayList<>(AxisOrder.plain(shape.rank()).axes());
    for (int k = 0; k < axes.size(); k++) {
      order.set(axes.get(k), axes.get(values.order(x).axes().get(k)));
    }
    Primitive op = new Broadcast(shape.permute(order), axes);
    Var result = values.emit(op, List.of(values.stored(x)));
    values.place(e.result(), result, new AxisOrder(order));
  }

  /// Groups of axes that become other axes keep their places if each lies together.
  private void reshape(Equation e) {
    Atom x = e.in().getFirst();
    Shape shape = e.result().aval().shape();
    Optional<AxisOrder> order =
        AxisGroup.order(AxisGroup.of(x.aval().shape(), shape), values.order(x));
    if (isPlain(e) || order.isEmpty()) {
      plain(e);
      return;
    }
    Primitive op = new Reshape(shape.permute(order.get().axes()));
    values.place(e.result(), values.emit(op, List.of(values.stored(x))), order.get());
  }

  /// Free axes of the result follow the operands.
  private void contract(Equation e, Contract c) {
    if (isPlain(e)) {
      plain(e);
      return;
    }
    Atom x = e.in().get(0);
    Atom y = e.in().get(1);
    AxisOrder ofX = values.order(x);
    AxisOrder ofY = values.order(y);
    Primitive op =
        new Contract(
            ofX.positions(c.lhsBatch()),
            ofY.positions(c.rhsBatch()),
            ofX.positions(c.lhsContract()),
            ofY.positions(c.rhsContract()));
    Var result = values.emit(op, List.of(values.stored(x), values.stored(y)));
    int batch = c.lhsBatch().size();
    List<Integer> order = new ArrayList<>(AxisOrder.plain(batch).axes());
    AxisOrder freeX = ofX.without(both(c.lhsBatch(), c.lhsContract()));
    AxisOrder freeY = ofY.without(both(c.rhsBatch(), c.rhsContract()));
    freeX.axes().forEach(axis -> order.add(batch + axis));
    freeY.axes().forEach(axis -> order.add(batch + freeX.axes().size() + axis));
    values.place(e.result(), result, new AxisOrder(order));
  }

  private static List<Integer> both(List<Integer> a, List<Integer> b) {
    return IntStream.concat(a.stream().mapToInt(i -> i), b.stream().mapToInt(i -> i))
        .boxed()
        .toList();
  }

  private void convolve(Equation e, Conv op) {
    boolean first = ConvOrders.isChannelsFirst(e);
    if (Role.of(e) != Role.CONVOLUTION || !first && isPlain(e)) {
      plain(e);
      return;
    }
    Atom x = e.in().get(0);
    Atom w = e.in().get(1);
    ConvOrders given =
        new ConvOrders(values.order(x), values.order(w), AxisOrder.plain(e.result().aval().rank()));
    ConvOrders orders = first ? given.channelsLast(op, e) : given;
    List<Atom> in = List.of(values.in(x, orders.x()), values.in(w, orders.w()));
    values.place(e.result(), values.emit(orders.moved(op), in), orders.y());
  }
}
