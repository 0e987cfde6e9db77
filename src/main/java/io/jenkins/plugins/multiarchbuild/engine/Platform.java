package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A platform that an image runs on, {@code os/architecture[/variant]} in the normalised form of the
 * <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image index</a>.
 *
 * @param os operating system as Go's {@code GOOS}, for example {@code linux}
 * @param architecture architecture as Go's {@code GOARCH}, for example {@code arm64}
 * @param variant variant of the architecture, for example {@code v7}, or null for its default
 */
public record Platform(
        @NonNull String os,
        @NonNull String architecture,
        @CheckForNull String variant) implements Serializable {

    private static final Set<String> SYSTEMS = Set.of("linux", "windows", "darwin", "freebsd", "wasi", "wasip1");

    private static final Set<String> ARCHITECTURES = Set.of(
            "386",
            "amd64",
            "arm",
            "arm64",
            "loong64",
            "mips",
            "mips64",
            "mips64le",
            "mipsle",
            "ppc64",
            "ppc64le",
            "riscv64",
            "s390x",
            "wasm");

    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("x86_64", "amd64"),
            Map.entry("x86-64", "amd64"),
            Map.entry("x64", "amd64"),
            Map.entry("amd64/v1", "amd64"),
            Map.entry("aarch64", "arm64"),
            Map.entry("arm64v8", "arm64"),
            Map.entry("arm64/v8", "arm64"),
            Map.entry("aarch64/v8", "arm64"),
            Map.entry("i386", "386"),
            Map.entry("i486", "386"),
            Map.entry("i586", "386"),
            Map.entry("i686", "386"),
            Map.entry("x86", "386"),
            Map.entry("arm", "arm/v7"),
            Map.entry("armhf", "arm/v7"),
            Map.entry("arm32v7", "arm/v7"),
            Map.entry("armv7", "arm/v7"),
            Map.entry("armv7l", "arm/v7"),
            Map.entry("armel", "arm/v6"),
            Map.entry("arm32v6", "arm/v6"),
            Map.entry("armv6", "arm/v6"),
            Map.entry("armv6l", "arm/v6"),
            Map.entry("arm32v5", "arm/v5"),
            Map.entry("ppc64el", "ppc64le"),
            Map.entry("loongarch64", "loong64"));

    /** What {@code uname -m} prints where it is not the architecture's name. */
    private static final Map<String, String> UNAME = Map.of(
            "amd64",
            "x86_64",
            "arm64",
            "aarch64",
            "386",
            "i686",
            "arm/v7",
            "armv7l",
            "arm/v6",
            "armv6l",
            "loong64",
            "loongarch64");

    /**
     * Reads a platform as people write it: {@code linux/arm64}, {@code linux/arm/v7}, or an architecture or one of its
     * aliases alone, which then means Linux ({@code aarch64}, {@code x86_64}, {@code armhf}).
     *
     * @throws InvalidRequestException if BuildKit knows no such platform
     */
    @NonNull
    public static Platform parse(@NonNull String text) {
        String name = Text.name(text.trim()).toLowerCase(Locale.ROOT);
        int slash = name.indexOf('/');
        boolean hasSystem = slash > 0 && SYSTEMS.contains(name.substring(0, slash));
        String os = hasSystem ? name.substring(0, slash) : "linux";
        String machine = hasSystem ? name.substring(slash + 1) : name;
        String[] parts = ALIASES.getOrDefault(machine, machine).split("/", -1);
        if (parts.length > 2 || !ARCHITECTURES.contains(parts[0]) || (parts.length == 2 && !isVariant(parts[1]))) {
            throw new InvalidRequestException(Sentence.of("Platform.unknown", text.trim()));
        }
        return new Platform(os, parts[0], parts.length == 2 ? parts[1] : null);
    }

    /**
     * Reads the platforms of a request, in the same order.
     *
     * @throws InvalidRequestException if there is none, one is unknown, or two names mean the same platform
     */
    @NonNull
    public static List<Platform> parseAll(@NonNull Collection<String> texts) {
        Map<Platform, String> seen = new LinkedHashMap<>();
        for (String text : texts) {
            Platform platform = parse(text);
            String earlier = seen.putIfAbsent(platform, text.trim());
            if (earlier != null) {
                throw new InvalidRequestException(Sentence.of("Platform.twice", platform, earlier, text.trim()));
            }
        }
        if (seen.isEmpty()) {
            throw new InvalidRequestException(Sentence.of("Platform.none"));
        }
        return new ArrayList<>(seen.keySet());
    }

    /**
     * Whether BuildKit takes an image for another platform if it finds none for this one: an older variant, or 32-bit on
     * the 64-bit machines of its family.
     */
    public boolean runs(@NonNull Platform image) {
        if (!os.equals(image.os)) {
            return false;
        }
        if (architecture.equals(image.architecture)) {
            return level() >= image.level();
        }
        return (architecture.equals("amd64") && image.architecture.equals("386"))
                || (architecture.equals("arm64") && image.architecture.equals("arm"));
    }

    /** The number of the variant; without one, what the architecture's name alone stands for. */
    private double level() {
        if (variant != null) {
            return Double.parseDouble(variant.substring(1));
        }
        return architecture.equals("arm64") ? 8 : architecture.equals("arm") ? 7 : 1;
    }

    /** Returns the suffix of this platform's arch tag: {@code amd64}, {@code arm-v7}, {@code windows-amd64}. */
    @NonNull
    public String tagSuffix() {
        String machine = machine().replace('/', '-');
        return os.equals("linux") ? machine : os + "-" + machine;
    }

    /** Returns what {@code uname -m} prints on this platform: {@code x86_64}, {@code aarch64}, {@code armv7l}. */
    @NonNull
    public String uname() {
        return UNAME.getOrDefault(machine(), machine().replace('/', '-'));
    }

    /** Returns the name of this platform's target in a bake definition: {@code linux_arm_v7}. */
    @NonNull
    public String targetName() {
        return toString().replace('/', '_').replace('.', '_');
    }

    /** Returns architecture and variant: {@code arm64}, {@code arm/v7}. */
    @NonNull
    String machine() {
        return variant == null ? architecture : architecture + "/" + variant;
    }

    /** Returns the normalised form: {@code linux/arm64}, {@code linux/arm/v7}. */
    @Override
    public String toString() {
        return os + "/" + machine();
    }

    private static boolean isVariant(String text) {
        return text.matches("v[0-9]+(\\.[0-9]+)?");
    }
}
