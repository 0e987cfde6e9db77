package io.jenkins.plugins.multiarchbuild.rig;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Marks tests that need the rig; where there is none they are skipped, and the report says so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfEnvironmentVariable(
        named = "RIG_REGISTRY",
        matches = ".+",
        disabledReason = "no rig: run  dev/rig up && eval \"$(dev/rig env)\"  first")
public @interface NeedsRig {}
