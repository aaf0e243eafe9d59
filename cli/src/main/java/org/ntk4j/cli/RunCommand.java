package org.ntk4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;
import org.ntk4j.onnx.OnnxModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ntk run`: the forward pass.
@Command(
    name = "run",
    customSynopsis = "ntk run MODEL.onnx --x [NAME=]FILE --out FILE [OPTION]...",
    description = "Runs a network and writes its outputs.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  ntk run model.onnx --x x.npy --out y.npy",
      "Example with two inputs, and all outputs by name:",
      "  ntk run model.onnx --x ids=data.npz:ids --x mask=mask.npy --out y.npz"
    })
final class RunCommand extends NetworkCommand {
  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Mixin private DeviceOptions device = new DeviceOptions();

  @Mixin private ExampleOptions x = new ExampleOptions();

  @Mixin private OutputOptions outputs = new OutputOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where outputs go: .npy for one, .npz for any number, by name.")
  private Path out = Path.of("");

  @Option(names = "--force", description = "Replace the file if it exists.")
  private boolean force;

  @Override
  int run(Progress progress) throws IOException {
    ResultFile.check("--out", out, force, List.of(".npy", ".npz"));
    device.apply();
    progress.step("reading the network");
    OnnxModel model = modelOptions.read();
    List<String> names = outputs.of(model);
    ResultFile.checkArrays(out, force, names);
    Network network = model.network(names);
    Tree<Tensor> inputs = x.read(model);
    progress.step("running the network");
    long start = System.nanoTime();
    List<Tensor> y = Networks.run(network, model.parameters(), inputs).leaves();
    double seconds = 1e-9 * (System.nanoTime() - start);
    SequencedMap<String, Tensor> arrays = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      arrays.put(names.get(i), y.get(i));
    }
    List<String> warnings = x.warnings(inputs, model);
    warnings.forEach(w -> err().println("warning: " + w));
    progress.step("writing the outputs");
    ResultFile.write(out, arrays);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("out", out);
    result.put("arrays", KernelCommand.shapes(arrays));
    result.put("seconds", seconds);
    result.putAll(device.json());
    result.put("warnings", warnings);
    StringBuilder text = new StringBuilder();
    arrays.forEach((name, array) ->
        text.append(out).append(": ").append(name).append(' ').append(array).append('\n'));
    text.append("in ").append(ExplainCommand.time(seconds)).append(device.text());
    result(result, text::toString);
    return 0;
  }
}
