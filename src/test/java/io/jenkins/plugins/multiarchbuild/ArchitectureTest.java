package io.jenkins.plugins.multiarchbuild;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.kohsuke.stapler.verb.POST;

/** The package rules of CONTRIBUTING.md. */
@AnalyzeClasses(packages = ArchitectureTest.BASE, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String BASE = "io.jenkins.plugins.multiarchbuild";

    private static final String ENGINE = BASE + ".engine..";

    private static final int MOST_FILES = 20;

    /** The packages that each package may use beside itself; there is no other arrow. */
    private static final Map<String, List<String>> ALLOWED = Map.ofEntries(
            Map.entry(
                    "step",
                    List.of("flow", "task", "readiness", "agent", "call", "credentials", "configuration", "engine..")),
            Map.entry(
                    "readiness",
                    List.of("agent", "command", "call", "credentials", "configuration", "emulation", "engine..")),
            Map.entry(
                    "flow",
                    List.of(
                            "task",
                            "archive",
                            "bakefile",
                            "builders",
                            "tags",
                            "agent",
                            "call",
                            "credentials",
                            "configuration",
                            "lending",
                            "report",
                            "timeline",
                            "kept",
                            "emulation",
                            "engine..")),
            Map.entry(
                    "task",
                    List.of(
                            "tags",
                            "source",
                            "builders",
                            "agent",
                            "call",
                            "credentials",
                            "report",
                            "timeline",
                            "emulation",
                            "kept",
                            "verification",
                            "engine..")),
            Map.entry("verification", List.of("agent", "call", "engine..")),
            Map.entry(
                    "builders",
                    List.of("agent", "command", "build", "call", "credentials", "configuration", "engine..")),
            Map.entry("timeline", List.of("agent", "call", "report", "engine..")),
            Map.entry("kept", List.of("agent", "call", "credentials", "report", "engine..")),
            Map.entry("archive", List.of("agent", "call", "report", "engine..")),
            Map.entry("bakefile", List.of("source", "agent", "call", "credentials", "engine..")),
            Map.entry("source", List.of("call", "engine..")),
            Map.entry("tags", List.of("agent", "build", "engine..")),
            Map.entry("agent", List.of("command", "credentials", "lending", "build", "engine..")),
            Map.entry("command", List.of("engine..")),
            Map.entry("lending", List.of("build")),
            Map.entry("build", List.of()),
            Map.entry("call", List.of("engine..")),
            Map.entry("credentials", List.of("engine..")),
            Map.entry("configuration", List.of("engine..")),
            Map.entry("report", List.of("engine..")),
            Map.entry("emulation", List.of("report", "engine..")),
            Map.entry("trend", List.of("report")),
            Map.entry("language", List.of("engine.text")),
            Map.entry("engine", List.of("engine.text")),
            Map.entry("engine.text", List.of()),
            Map.entry("engine.bake", List.of("engine", "engine.docker")),
            Map.entry("engine.git", List.of("engine", "engine.docker")),
            Map.entry("engine.progress", List.of("engine")),
            Map.entry("engine.context", List.of("engine")),
            Map.entry("engine.builder", List.of("engine", "engine.docker")),
            Map.entry("engine.docker", List.of("engine", "engine.text")),
            Map.entry("engine.dockerfile", List.of("engine")),
            Map.entry("engine.image", List.of("engine", "engine.text", "engine.docker")),
            Map.entry("engine.layout", List.of("engine", "engine.docker", "engine.image", "engine.registry")),
            Map.entry("engine.registry", List.of("engine", "engine.text", "engine.docker")),
            Map.entry(
                    "engine.buildx",
                    List.of(
                            "engine",
                            "engine.text",
                            "engine.bake",
                            "engine.docker",
                            "engine.dockerfile",
                            "engine.image",
                            "engine.registry")));

    @ArchTest
    static final ArchRule engineKnowsNoJenkins = noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("hudson..", "jenkins..", "org.jenkinsci..", "org.kohsuke..");

    @ArchTest
    static final ArchRule noCyclesBetweenPackages =
            slices().matching(BASE + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static void onlyAllowedArrows(JavaClasses classes) {
        ALLOWED.forEach((name, targets) -> {
            String everywhere = name.startsWith("engine") ? "engine.text" : "language";
            List<String> usable = new ArrayList<>(List.of(BASE + "." + name, BASE + "." + everywhere));
            targets.forEach(target -> usable.add(BASE + "." + target));
            classes()
                    .that()
                    .resideInAPackage(BASE + "." + name)
                    .should()
                    .onlyDependOnClassesThat(
                            resideOutsideOfPackage(BASE + "..").or(resideInAnyPackage(usable.toArray(String[]::new))))
                    .check(classes);
        });
    }

    @ArchTest
    static void everyPackageHasItsArrows(JavaClasses classes) {
        Set<String> names = new TreeSet<>();
        classes.forEach(
                each -> names.add(each.getPackageName().substring(BASE.length()).replaceFirst("^\\.", "")));
        names.remove("");
        assertEquals(new TreeSet<>(ALLOWED.keySet()), names);
    }

    @Test
    void noPackageIsTooLargeToSurvey() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            Map<Path, Long> packages = files.filter(Files::isRegularFile)
                    .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
            packages.values().removeIf(count -> count <= MOST_FILES);
            assertEquals(Map.of(), packages);
        }
    }

    /** A form's request may cost something or tell something: no link from another site may make it. */
    @ArchTest
    static final ArchRule formsAskByPost = methods()
            .that()
            .haveNameMatching("do(Check|Fill|AutoComplete).+")
            .should()
            .beAnnotatedWith(POST.class);

    @ArchTest
    static final ArchRule noStaticThatChanges =
            fields().that().areStatic().and().arePublic().should().beFinal();

    /** Surefire passes over a class with another name without a word. */
    @Test
    void testsAreNamedTest() {
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages(BASE);
        methods()
                .that()
                .areAnnotatedWith(Test.class)
                .or()
                .areAnnotatedWith(ParameterizedTest.class)
                .should()
                .beDeclaredInClassesThat()
                .haveSimpleNameEndingWith("Test")
                .check(tests);
    }
}
