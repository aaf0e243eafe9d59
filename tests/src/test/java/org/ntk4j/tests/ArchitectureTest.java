package org.ntk4j.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.eval.LinearAlgebra;

/// The walls of the house: who may know whom, and which library is known where.
class ArchitectureTest {
  /// `core <- ir <- autodiff <- models <- cli`, `ir <- kernels-cpu`, `ir <- kernels-cuda`; only the
  /// tool sees a back end.
  private enum Module {
    CORE("org.ntk4j.core.."),
    IR("org.ntk4j.ir..", "org.ntk4j.core.."),
    AUTODIFF("org.ntk4j.autodiff..", "org.ntk4j.core..", "org.ntk4j.ir.."),
    NTK(
        "org.ntk4j.ntk..",
        "org.ntk4j.core..",
        "org.ntk4j.ir..",
        "org.ntk4j.autodiff..",
        "com.sun.management.."),
    CPU("org.ntk4j.cpu..", "org.ntk4j.core..", "org.ntk4j.ir..", "org.bytedeco.."),
    CUDA("org.ntk4j.cuda..", "org.ntk4j.core..", "org.ntk4j.ir..", "org.bytedeco.."),
    MODELS(
        "org.ntk4j.models..",
        "org.ntk4j.core..",
        "org.ntk4j.ir..",
        "org.ntk4j.autodiff..",
        "org.ntk4j.ntk.."),
    ONNX(
        "org.ntk4j.onnx..",
        "org.ntk4j.core..",
        "org.ntk4j.ir..",
        "org.ntk4j.autodiff..",
        "org.ntk4j.ntk..",
        "ai.onnx.proto..",
        "com.google.protobuf.."),
    CLI(
        "org.ntk4j.cli..",
        "org.ntk4j.core..",
        "org.ntk4j.ir..",
        "org.ntk4j.autodiff..",
        "org.ntk4j.ntk..",
        "org.ntk4j.models..",
        "org.ntk4j.cpu..",
        "org.ntk4j.cuda..",
        "org.ntk4j.onnx..",
        "javax.imageio..",
        "com.fasterxml.jackson.core..",
        "picocli..",
        "me.tongfei.progressbar..",
        "org.knowm.xchart..");

    private final String own;
    private final String[] known;

    Module(String own, String... others) {
      this.own = own;
      List<String> packages = new ArrayList<>(Arrays.asList(others));
      packages.addAll(List.of(own, "java..", "org.jspecify.."));
      known = packages.toArray(String[]::new);
    }

    private String prefix() {
      return own.substring(0, own.length() - "..".length());
    }
  }

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.ntk4j");

  @ParameterizedTest
  @EnumSource
  void a_module_knows_only_what_is_below_it(Module module) {
    classes()
        .that()
        .resideInAPackage(module.own)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(module.known)
        .check(CLASSES);
  }

  @Test
  void every_package_belongs_to_a_module_of_the_table() {
    Set<String> strangers = new TreeSet<>();
    for (JavaClass c : CLASSES) {
      String name = c.getPackageName() + ".";
      if (Arrays.stream(Module.values()).noneMatch(m -> name.startsWith(m.prefix() + "."))) {
        strangers.add(c.getPackageName());
      }
    }
    assertTrue(strangers.isEmpty(), () -> "no rule speaks of " + strangers);
  }

  @Test
  void modules_are_free_of_cycles() {
    slices().matching("org.ntk4j.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void programs_know_nothing_of_what_is_done_with_them() {
    noClasses()
        .that()
        .resideInAnyPackage("org.ntk4j.ir", "org.ntk4j.ir.op")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.ntk4j.ir.eval..", "org.ntk4j.ir.pass..", "org.ntk4j.ir.trace..")
        .check(CLASSES);
  }

  @Test
  void derivatives_know_nothing_of_kernels() {
    noClasses()
        .that()
        .resideInAPackage("org.ntk4j.autodiff..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.ntk4j.ntk..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("org.ntk4j.autodiff")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.ntk4j.autodiff.structure..")
        .check(CLASSES);
  }

  /// Their classes cannot be loaded where there is no driver.
  @Test
  void the_presets_of_cuda_are_known_by_the_wrappers_of_its_driver_alone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.ntk4j.cuda.driver..", "org.ntk4j.cuda.library..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.cuda..")
        .check(CLASSES);
  }

  /// The rules above hold of an empty set too.
  @ParameterizedTest
  @EnumSource
  void the_scan_sees_the_classes_of_every_module(Module module) {
    String prefix = module.prefix() + ".";
    long seen = CLASSES.stream().filter(c -> c.getName().startsWith(prefix)).count();
    assertTrue(seen > 0, () -> "no class of " + module.own + " was seen");
  }

  @Test
  void the_scan_sees_the_whole_project() {
    assertTrue(CLASSES.size() > 150, () -> "only " + CLASSES.size() + " classes were seen");
  }

  @Test
  void the_cpu_back_end_is_found_by_the_service_loader() {
    List<String> found =
        ServiceLoader.load(LinearAlgebra.class).stream().map(p -> p.type().getName()).toList();
    assertTrue(found.stream().anyMatch(n -> n.startsWith("org.ntk4j.cpu.")), found::toString);
  }

  @Test
  void the_engines_are_found_by_the_service_loader() {
    Set<String> found = new TreeSet<>();
    ServiceLoader.load(Engine.class).forEach(engine -> found.add(engine.name()));
    assertEquals(Set.of("cpu", "cuda"), found);
  }
}
