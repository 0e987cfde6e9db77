package io.jenkins.plugins.multiarchbuild;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.kohsuke.stapler.verb.POST;

/** The package rules of CONTRIBUTING.md. */
@AnalyzeClasses(packages = ArchitectureTest.BASE, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String BASE = "io.jenkins.plugins.multiarchbuild";

    private static final String ENGINE = BASE + ".engine..";
    private static final String CREDENTIALS = BASE + ".credentials..";
    private static final String CONFIGURATION = BASE + ".configuration..";
    private static final String REPORT = BASE + ".report..";
    private static final String PIPELINE = BASE + ".pipeline..";

    @ArchTest
    static final ArchRule engineKnowsNoJenkins = noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("hudson..", "jenkins..", "org.jenkinsci..", "org.kohsuke..");

    @ArchTest
    static final ArchRule engineKnowsNoOtherRoom = rooms(ENGINE, CREDENTIALS, CONFIGURATION, REPORT, PIPELINE);

    @ArchTest
    static final ArchRule credentialsKnowOnlyTheEngine = rooms(CREDENTIALS, CONFIGURATION, REPORT, PIPELINE);

    @ArchTest
    static final ArchRule configurationKnowsOnlyTheEngine = rooms(CONFIGURATION, CREDENTIALS, REPORT, PIPELINE);

    @ArchTest
    static final ArchRule reportKnowsOnlyTheEngine =
            rooms(REPORT, CREDENTIALS, CONFIGURATION, PIPELINE).allowEmptyShould(true);

    @ArchTest
    static final ArchRule noCyclesBetweenRooms =
            slices().matching(BASE + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule engineValuesKnowNoBuildx = rooms(BASE + ".engine", BASE + ".engine.buildx");

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

    private static ArchRule rooms(String room, String... closedToIt) {
        return noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(closedToIt);
    }
}
