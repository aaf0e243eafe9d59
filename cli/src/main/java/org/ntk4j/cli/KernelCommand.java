package org.ntk4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.ntk4j.cli.KernelOptions.Problem;
import org.ntk4j.cli.report.HeatMap;
import org.ntk4j.cli.report.Pictures;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.KernelBlock;
import org.ntk4j.ntk.KernelPair;
import org.ntk4j.ntk.MemoryUse;
import org.ntk4j.ntk.Prediction;
import org.ntk4j.ntk.SampledAccuracy;
import org.ntk4j.ntk.TilePlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ntk kernel`: computes kernels and writes them to a file.
@Command(
    name = "kernel",
    customSynopsis =
        "ntk kernel MODEL.onnx --x1 [NAME=]FILE [--x2 [NAME=]FILE] --out FILE [OPTION]...",
    description = "Computes the kernel of a network, exactly.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: the kernel [N1,N2] of two sets of examples, averaged over outputs",
      "  ntk kernel model.onnx --x1 train.npy --x2 test.npy --out kernel.npy",
      "Example: all of it as a symmetric matrix, and a picture",
      "  ntk kernel model.onnx --x1 x.npz:images --trace none --matrix \\",
      "    --out k.npy --plot k.png",
      "",
      "Several arrays (--kernel both, or several outputs) go to an .npz file, as ntk and nngp, or"
          + " as ntk/OUTPUT and nngp/OUTPUT."
    })
final class KernelCommand extends NetworkCommand {
  /// Which kernels.
  enum Kind {
    NTK,
    NNGP,
    BOTH
  }

  @Mixin private KernelOptions options = new KernelOptions();

  @Option(
      names = "--kernel",
      paramLabel = "ntk|nngp|both",
      description = "The neural tangent kernel (default), that of the outputs, or both.")
  private Kind kind = Kind.NTK;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where the kernel goes: .npy for one array, .npz for any number.")
  private Path out = Path.of("");

  @Option(
      names = "--matrix",
      description = "Write [N1*O,N2*O] with all output elements O, instead of [N1,N2,O,O].")
  private boolean matrix;

  @Option(names = "--plot", paramLabel = "FILE.png", description = "Draw the kernel, too.")
  private Optional<Path> plot = Optional.empty();

  @Option(
      names = "--accuracy",
      paramLabel = "N",
      description =
          "Compute the NTK between N examples of each side in f64 too, and say how far it differs.")
  private Optional<Integer> accuracy = Optional.empty();

  @Option(names = "--force", description = "Replace files that exist.")
  private boolean force;

  @Option(names = "--verbose", description = "Say what memory was taken, too.")
  private boolean verbose;

  @Option(names = "--dry-run", description = "Check and plan everything; run and write nothing.")
  private boolean dryRun;

  @Override
  int run(Progress progress) throws IOException {
    checkOptions();
    progress.step("reading the network and planning");
    Problem problem = options.problem(progress::part);
    List<String> names = names(problem);
    ResultFile.checkArrays(out, force, names);
    if (plot.isPresent() && names.size() > 1) {
      throw new UsageException(
          "--plot draws one kernel, but there are %d: %s; expected --output and one --kernel"
              .formatted(names.size(), names));
    }
    if (dryRun) {
      announce(problem, names);
      return 0;
    }
    progress.step("computing the kernel");
    ProcessMemory process = ProcessMemory.start();
    long start = System.nanoTime();
    List<Kernel> kernels = compute(problem);
    double seconds = 1e-9 * (System.nanoTime() - start);
    MemoryReport memory = memory(kernels.getFirst(), process, problem);
    Optional<SampledAccuracy> sample =
        accuracy.map(count -> sample(problem, kernels.getFirst(), count, progress));
    if (plot.isPresent() && kernels.getFirst().blocks().getFirst().values().size() == 0) {
      throw new UsageException("--plot: the kernel is empty; expected examples on both sides");
    }
    progress.step("writing the kernel");
    SequencedMap<String, Tensor> arrays = new LinkedHashMap<>();
    List<KernelBlock> blocks = kernels.stream().flatMap(k -> k.blocks().stream()).toList();
    for (int i = 0; i < blocks.size(); i++) {
      KernelBlock block = blocks.get(i);
      arrays.put(names.get(i), matrix ? matrix(block) : block.values());
    }
    ResultFile.write(out, arrays);
    if (plot.isPresent()) {
      draw(blocks.getFirst(), problem, plot.get());
    }
    List<String> warnings = kernels.stream().flatMap(k -> k.report().stream()).distinct().toList();
    warnings.forEach(w -> err().println("warning: " + w));
    report(problem, arrays, seconds, memory, sample, warnings);
    return 0;
  }

  private static SampledAccuracy sample(
      Problem problem, Kernel kernel, int count, Progress progress) {
    progress.step("comparing with f64");
    return problem.accuracy(kernel, count);
  }

  private MemoryReport memory(Kernel kernel, ProcessMemory process, Problem problem) {
    MemoryUse use = kernel.memory().orElseThrow();
    if (options.device().isCuda()) {
      return new MemoryReport(use, OptionalLong.empty()); // The card's memory is not the process's.
    }
    List<Tree<Tensor>> inputs =
        new ArrayList<>(List.of(problem.model().parameters(), problem.x1()));
    problem.x2().ifPresent(inputs::add);
    return MemoryReport.of(use, process, inputs);
  }

  private void checkOptions() {
    ResultFile.check("--out", out, force, List.of(".npy", ".npz"));
    plot.ifPresent(file -> ResultFile.check("--plot", file, force, List.of(".png")));
    if (options.hasDiagonal() && (matrix || plot.isPresent())) {
      throw new UsageException(
          (matrix ? "--matrix" : "--plot")
              + " needs all entries of the kernel, and --diagonal leaves some out; expected one of"
              + " the two");
    }
    if (accuracy.isPresent()) {
      checkAccuracy(accuracy.get());
    }
  }

  private void checkAccuracy(int count) {
    if (count < 1) {
      throw new UsageException("--accuracy " + count + "; expected 1 or more examples");
    }
    if (kind == Kind.NNGP || !options.keepsExamples()) {
      throw new UsageException(
          "--accuracy compares the NTK between examples; expected "
              + (kind == Kind.NNGP
                  ? "--kernel ntk or both"
                  : "axis 0 in neither --trace nor --diagonal"));
    }
  }

  /// Names of the arrays, in the order of the blocks.
  private List<String> names(Problem problem) {
    List<String> kinds =
        switch (kind) {
          case NTK -> List.of("ntk");
          case NNGP -> List.of("nngp");
          case BOTH -> List.of("ntk", "nngp");
        };
    List<String> outputs = problem.outputs();
    List<String> names = new ArrayList<>();
    for (String k : kinds) {
      outputs.forEach(output -> names.add(outputs.size() == 1 ? k : k + "/" + output));
    }
    return names;
  }

  private List<Kernel> compute(Problem p) {
    Tree<Tensor> params = p.model().parameters();
    return switch (kind) {
      case NTK ->
          List.of(
              p.x2().isEmpty()
                  ? p.ntk().compute(p.x1(), params)
                  : p.ntk().compute(p.x1(), p.x2().get(), params));
      case NNGP ->
          List.of(
              p.x2().isEmpty()
                  ? p.ntk().nngp(p.x1(), params)
                  : p.ntk().nngp(p.x1(), p.x2().get(), params));
      case BOTH -> {
        KernelPair pair =
            p.x2().isEmpty()
                ? p.ntk().both(p.x1(), params)
                : p.ntk().both(p.x1(), p.x2().get(), params);
        yield List.of(pair.ntk(), pair.nngp());
      }
    };
  }

  private static Tensor matrix(KernelBlock block) {
    return new Kernel(
            Tree.of(block.first()),
            List.of(block),
            block.values().dtype(),
            Engine.FLOAT32,
            Optional.empty(),
            List.of())
        .asMatrix();
  }

  private void draw(KernelBlock block, Problem problem, Path file) throws IOException {
    Tensor kernel = matrix(block);
    String of = "the examples" + (block.axes().size() > 2 ? ", and the outputs of each" : "");
    boolean symmetric = problem.x2().isEmpty();
    HeatMap.Text text =
        new HeatMap.Text(
            kind == Kind.NNGP ? "NNGP kernel" : "Neural tangent kernel",
            problem.model().name() + ", " + kernel,
            symmetric ? of : "x1: " + of,
            symmetric ? of : "x2: " + of);
    Pictures.write(file, () -> HeatMap.draw(kernel, text));
  }

  private void announce(Problem problem, List<String> names) throws IOException {
    Map<String, Object> result = new LinkedHashMap<>();
    String chosen = ImplementationConverter.name(problem.plan().chosen());
    Prediction cost = ExplainCommand.prediction(problem.plan());
    result.put("dryRun", true);
    result.put("out", out);
    result.put("arrays", names);
    result.put("implementation", chosen);
    double seconds = problem.plan().tiles().map(TilePlan::seconds).orElse(cost.seconds());
    long peak = problem.plan().tiles().map(TilePlan::peakBytes).orElse(cost.peakBytes());
    result.put("seconds", seconds);
    result.putAll(options.device().json());
    result.put("peakBytes", peak);
    problem.plan().tiles().ifPresent(tiles -> result.put("tiles", MemoryReport.json(tiles)));
    result(
        result,
        () ->
            format(
                "%s would hold %s%nntk by %s: %s predicted, at most %s of memory%n"
                    + "nothing was run or written",
                out, String.join(", ", names), chosen, ExplainCommand.time(seconds), bytes(peak)));
  }

  private void report(
      Problem problem,
      SequencedMap<String, Tensor> arrays,
      double seconds,
      MemoryReport memory,
      Optional<SampledAccuracy> sample,
      List<String> warnings)
      throws IOException {
    String chosen = ImplementationConverter.name(problem.plan().chosen());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("out", out);
    result.put("arrays", shapes(arrays));
    plot.ifPresent(file -> result.put("plot", file));
    if (kind != Kind.NNGP) {
      result.put("implementation", chosen);
    }
    result.put("seconds", seconds);
    result.putAll(options.device().json());
    result.put("memory", memory.json());
    sample.ifPresent(found -> result.put("difference", found.difference()));
    result.put("warnings", warnings);
    StringBuilder text = new StringBuilder();
    arrays.forEach((name, array) ->
        text.append(out).append(": ").append(name).append(' ').append(array).append('\n'));
    plot.ifPresent(file -> text.append(file).append(": picture\n"));
    text.append(
        kind == Kind.NNGP
            ? format(
                "in %s%s, compiling included%n",
                ExplainCommand.time(seconds), options.device().text())
            : format(
                "by %s in %s%s, compiling included%n",
                chosen, ExplainCommand.time(seconds), options.device().text()));
    sample.ifPresent(found ->
        text.append(
            format(
                "between %d and %d examples it differs from f64 by %.1e of the largest entry%n",
                found.rows(), found.columns(), found.difference())));
    if (verbose || memory.use().tiles().isPresent()) {
      text.append(memory.text()).append('\n');
    }
    result(result, text::toString);
  }

  static Map<String, Object> shapes(SequencedMap<String, Tensor> arrays) {
    Map<String, Object> all = new LinkedHashMap<>();
    arrays.forEach((name, x) -> {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("dtype", x.dtype());
      one.put("shape", x.shape().dims());
      all.put(name, one);
    });
    return all;
  }
}
