package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.KernelAxes;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.autodiff.structure.KernelProblem;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Dce;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Trace.TreeProgram;
import org.ntk4j.ntk.CompiledKernel.Slot;

/// From a network and shapes to a kernel program: records the network, checks what was asked, finds
/// out whether examples are independent, and chooses an implementation.
final class KernelCompiler {
  private final Network network;
  private final NtkOptions options;
  private final KernelRequest request;
  private final long limit;

  /// @param limit bytes that the kernel may take
  KernelCompiler(Network network, NtkOptions options, KernelRequest request, long limit) {
    this.network = network;
    this.options = options;
    this.request = request;
    this.limit = limit;
  }

  CompiledKernel compile() {
    List<Boolean> active = options.active(request.params());
    InputRules.parameters(request.params(), active);
    List<OptionalInt> exampleAxes = options.claimed(request.x1());
    request.x2().ifPresent(x2 -> InputRules.sides(request.x1(), x2, exampleAxes));
    TreeProgram first = record(request.x1());
    Optional<TreeProgram> second = request.x2().map(this::record);
    InputRules.outputs(first.outputs());
    second.ifPresent(p -> InputRules.sameOutputs(first.outputs(), p.outputs()));
    Tree<Aval> secondOutputs = second.map(TreeProgram::outputs).orElse(first.outputs());
    List<KernelEntry> entries = entries(first.outputs(), secondOutputs);
    KernelProblem problem =
        new KernelProblem(
            first.program(),
            second.map(TreeProgram::program),
            request.params().paths(),
            active,
            request.ntk() ? entries : List.of(),
            options.perParameter());
    Independence one = independence(first, request.x1());
    Optional<Independence> two = second.map(p -> independence(p, request.x1()));
    Plans plans = new Plans(options, problem, request.nngp() ? entries : List.of(), one, two);
    TileNetwork.Recorders recorders =
        new TileNetwork.Recorders(
            request.params().leaves().size(),
            recorder(request.x1(), one),
            two.map(found -> recorder(request.x2().orElseThrow(), found)));
    return compiled(plans.choose(recorders, limit), problem, entries, first.outputs());
  }

  /// Records the network for another number of examples.
  private LongFunction<Program> recorder(Tree<Aval> x, Independence independence) {
    int parameters = request.params().leaves().size();
    return n -> {
      List<Aval> avals = new ArrayList<>();
      for (int i = 0; i < x.leaves().size(); i++) {
        Aval aval = x.leaves().get(i);
        Optional<Integer> axis = independence.inputs().get(parameters + i).position();
        avals.add(axis.map(k -> aval.withShape(aval.shape().with(k, n))).orElse(aval));
      }
      return record(x.unflatten(avals)).program();
    };
  }

  private TreeProgram record(Tree<Aval> x) {
    TreeProgram recorded = Trace.program(request.params(), x, network::apply);
    Program live = new Dce().apply(recorded.program());
    return new TreeProgram(live, recorded.inputs(), recorded.outputs());
  }

  private Independence independence(TreeProgram p, Tree<Aval> x) {
    int parameters = request.params().leaves().size();
    if (options.examples().isEmpty()) {
      return Independence.infer(p.program(), parameters);
    }
    List<String> inputs =
        x.paths().stream().map(path -> InputRules.named("input x", path)).toList();
    return Independence.claimed(
        p.program(), parameters, options.claimed(x), inputs, p.outputs().paths());
  }

  private List<KernelEntry> entries(Tree<Aval> outputs, Tree<Aval> secondOutputs) {
    List<List<Integer>> trace = options.trace().of("trace", outputs);
    List<List<Integer>> diagonal = options.diagonal().of("diagonal", outputs);
    List<Aval> one = outputs.leaves();
    List<Aval> two = secondOutputs.leaves();
    List<String> names = outputs.paths();
    List<KernelAxes> axes =
        IntStream.range(0, one.size())
            .mapToObj(
                i -> AxisRules.resolve(trace.get(i), diagonal.get(i), names.get(i), one.get(i)))
            .toList();
    List<KernelEntry> entries = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      for (int j = 0; j < one.size(); j++) {
        if (i == j || options.crossOutputs()) {
          entries.add(AxisRules.entry(i, j, axes, names, one, two));
        }
      }
    }
    return entries;
  }

  private CompiledKernel compiled(
      Plans.Choice choice, KernelProblem problem, List<KernelEntry> entries, Tree<Aval> outputs) {
    Program second = problem.second().orElse(problem.first());
    List<String> names = outputs.paths();
    List<Slot> nngp = new ArrayList<>();
    List<Slot> ntk = new ArrayList<>();
    for (KernelEntry entry : entries) {
      KernelProduct product =
          new KernelProduct(
              outputs.leaves().get(entry.first()).shape(),
              second.outputs().get(entry.second()).aval().shape(),
              entry.axes());
      Slot slot =
          new Slot(
              names.get(entry.first()),
              names.get(entry.second()),
              Optional.empty(),
              KernelBlock.names(product, entry));
      nngp.add(slot);
      ntk.addAll(perParameter(slot, problem));
    }
    return new CompiledKernel(
        outputs.unflatten(names),
        request.ntk() ? ntk : List.of(),
        request.nngp() ? nngp : List.of(),
        precision(outputs),
        warnings(outputs, entries),
        choice.explanation(),
        choice.tiles());
  }

  private static List<Slot> perParameter(Slot slot, KernelProblem problem) {
    if (!problem.perParameter()) {
      return List.of(slot);
    }
    return IntStream.range(0, problem.parameters())
        .filter(k -> problem.active().get(k))
        .mapToObj(k -> Optional.of(problem.names().get(k)))
        .map(name -> new Slot(slot.first(), slot.second(), name, slot.axes()))
        .toList();
  }

  private static DType precision(Tree<Aval> outputs) {
    boolean narrow = outputs.leaves().stream().anyMatch(y -> y.dtype() == DType.F32);
    return narrow ? DType.F32 : DType.F64;
  }

  private static List<String> warnings(Tree<Aval> outputs, List<KernelEntry> entries) {
    List<String> warnings = new ArrayList<>();
    for (KernelEntry entry : entries) {
      Aval y = outputs.leaves().get(entry.first());
      if (entry.first() == entry.second() && y.rank() == 1 && entry.axes().trace().contains(0)) {
        warnings.add(
            "%s is %s: its only axis, the examples, is traced; use traceAxes() to keep it"
                .formatted(AxisRules.named(outputs.paths().get(entry.first())), y));
      }
    }
    return warnings;
  }
}
