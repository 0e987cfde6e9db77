package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the containers of {@code RUN} get.
 *
 * @param network {@code default}, {@code none} or {@code host}; null for buildx's default
 * @param shmSize size of {@code /dev/shm} in bytes, or with one of the units b, k, m and g; null for BuildKit's default
 * @param ulimits limits as {@code name=soft[:hard]}, for example {@code nofile=1024:2048}; -1 is unlimited
 * @param hosts further entries of {@code /etc/hosts}: IP addresses by host name
 * @param entitlements what {@code RUN} may ask for beyond the default: {@link #HOST_NETWORK}, {@link #INSECURE}
 */
public record RunOptions(
        @CheckForNull String network,
        @CheckForNull String shmSize,
        @NonNull List<String> ulimits,
        @NonNull Map<String, String> hosts,
        @NonNull List<String> entitlements)
        implements Serializable {

    /** The entitlement to use the network of the machine that the builder is on. */
    public static final String HOST_NETWORK = "network.host";

    /** The entitlement to run without a sandbox. */
    public static final String INSECURE = "security.insecure";

    /** Stands for the machine that the builder is on, where buildx knows its address. */
    private static final String HOST_GATEWAY = "host-gateway";

    private static final Pattern SIZE =
            Pattern.compile("(?i)(?<number>\\d{1,30}(?:\\.\\d{1,9})?)(?<unit>[kmg]?)(?:i?b)?");

    private static final List<String> UNITS = List.of("", "k", "m", "g");

    private static final Pattern LIMIT = Pattern.compile(
            "(?:core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)"
                    + "=(?<soft>-1|\\d{1,18})(?::(?<hard>-1|\\d{1,18}))?");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?");

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** Nothing but BuildKit's own defaults. */
    public static final RunOptions DEFAULTS = new RunOptions(null, null, List.of(), Map.of(), List.of());

    /** @throws InvalidRequestException if one of the values is not understood */
    public RunOptions {
        ulimits = List.copyOf(ulimits);
        hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
        entitlements = List.copyOf(entitlements);
        if (network != null && !network.matches("default|none|host")) {
            throw new InvalidRequestException(Sentence.of("RunOptions.network", network));
        }
        if (shmSize != null) {
            checkSize(shmSize);
        }
        ulimits.forEach(RunOptions::checkLimit);
        hosts.forEach(RunOptions::checkHost);
        for (String entitlement : entitlements) {
            if (!entitlement.equals(HOST_NETWORK) && !entitlement.equals(INSECURE)) {
                throw new InvalidRequestException(
                        Sentence.of("RunOptions.entitlement", entitlement, HOST_NETWORK, INSECURE));
            }
        }
    }

    /** Whether {@code RUN} may use the network of the machine that the builder is on. */
    public boolean isHostNetwork() {
        return "host".equals(network) || entitlements.contains(HOST_NETWORK);
    }

    private static void checkSize(String size) {
        Matcher parts = SIZE.matcher(size);
        if (!parts.matches()) {
            throw new InvalidRequestException(Sentence.of("RunOptions.shmSize", size));
        }
        int unit = UNITS.indexOf(parts.group("unit").toLowerCase(Locale.ROOT));
        double bytes = Double.parseDouble(parts.group("number")) * (1L << 10 * unit);
        if (bytes < 1) {
            throw new InvalidRequestException(Sentence.of("RunOptions.shmSize", size));
        }
        // buildx takes what does not fit into 64 bits for no size at all
        if (bytes >= Long.MAX_VALUE) {
            throw new InvalidRequestException(Sentence.of("RunOptions.shmTooLarge", size));
        }
    }

    private static void checkLimit(String limit) {
        Matcher parts = LIMIT.matcher(limit);
        if (!parts.matches()) {
            throw new InvalidRequestException(Sentence.of("RunOptions.ulimit", limit));
        }
        long soft = Long.parseLong(parts.group("soft"));
        long hard = parts.group("hard") == null ? soft : Long.parseLong(parts.group("hard"));
        if (hard >= 0 && (soft < 0 || soft > hard)) {
            throw new InvalidRequestException(Sentence.of("RunOptions.softLimit", limit));
        }
    }

    private static void checkHost(String host, String address) {
        if (!HOST.matcher(host).matches()) {
            throw new InvalidRequestException(Sentence.of("RunOptions.noHost", host));
        }
        if (!address.equals(HOST_GATEWAY) && !isAddress(address)) {
            throw new InvalidRequestException(Sentence.of("RunOptions.noAddress", address, host));
        }
    }

    private static boolean isAddress(String text) {
        if (!IPV6.matcher(text).matches()) {
            return IPV4.matcher(text).matches();
        }
        try {
            // with a colon in it, it is never looked up
            return InetAddress.getByName(text) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
