package io.jenkins.plugins.multiarchbuild.engine.text;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Finds secrets in a text also where a line break divides them, or where JSON or a URL escapes their characters, and in
 * base64. The text has one character for each byte, so that it may have any encoding; secrets are looked for in UTF-8.
 */
public final class SecretFinder {

    /** What is shown in place of a secret, as in the log. */
    public static final String MASK = "****";

    /** The minimum length of a secret: shorter ones would be found everywhere in pieces. */
    private static final int SHORTEST = 4;

    private static final int BASE64_BYTES = 3;
    private static final int BYTES = 256;
    private static final int LONGEST_BREAK = 2;
    private static final int HEX_DIGITS = 4;
    private static final int URL_DIGITS = 2;
    private static final char PLAIN = 0;
    private static final char JSON = '\\';
    private static final char URL = '%';
    private static final char BLANK = '+';
    private static final int HEX = 16;

    private final List<Secret> secrets = new ArrayList<>();
    private final List<List<Secret>> byFirst = new ArrayList<>();

    /** A secret as code points, and as the bytes of each of them. */
    private record Secret(int[] codePoints, String[] bytes) {}

    /** @param texts the secrets; those with less than four characters are left out */
    public SecretFinder(@NonNull Collection<String> texts) {
        for (int i = 0; i < BYTES; i++) {
            byFirst.add(new ArrayList<>());
        }
        for (String text : new LinkedHashSet<>(texts)) {
            add(text);
            for (int offset = 0; offset < BASE64_BYTES; offset++) {
                add(base64(text, offset));
            }
        }
    }

    private void add(String text) {
        int[] codePoints = text.codePoints().toArray();
        if (codePoints.length < SHORTEST) {
            return;
        }
        String[] bytes = new String[codePoints.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes(Character.toString(codePoints[i]));
        }
        Secret secret = new Secret(codePoints, bytes);
        secrets.add(secret);
        byFirst.get(bytes[0].charAt(0)).add(secret);
    }

    /** Returns what base64 of a longer text has of a secret, which depends on how many bytes precede it. */
    private static String base64(String secret, int preceding) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        byte[] shifted = new byte[preceding + bytes.length];
        System.arraycopy(bytes, 0, shifted, preceding, bytes.length);
        int first = preceding == 0 ? 0 : preceding + 1;
        // without a character that what follows has a part in
        int end = shifted.length * (BASE64_BYTES + 1) / BASE64_BYTES;
        return Base64.getEncoder().encodeToString(shifted).substring(first, Math.max(first, end));
    }

    /** Returns a text with one character for each byte of its UTF-8. */
    @NonNull
    public static String bytes(@NonNull String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Returns a text, of any characters, with a mask in place of each secret. */
    @NonNull
    public String masked(@NonNull String text) {
        String bytes = bytes(text);
        String masked = masked(bytes, 0, find(bytes));
        return masked.equals(bytes)
                ? text
                : new String(masked.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /**
     * Returns a text with a mask in place of each part that was found.
     *
     * @param start where the text begins in the one that was searched
     */
    @NonNull
    public static String masked(@NonNull String text, int start, @NonNull BitSet found) {
        int next = found.nextSetBit(start);
        if (next < 0 || next >= start + text.length()) {
            return text;
        }
        StringBuilder masked = new StringBuilder();
        int from = start;
        int end = start + text.length();
        while (next >= 0 && next < end) {
            masked.append(text, from - start, next - start).append(MASK);
            from = Math.min(found.nextClearBit(next), end);
            next = found.nextSetBit(from);
        }
        return masked.append(text, from - start, text.length()).toString();
    }

    /** Returns the positions in a text that belong to a secret. */
    @NonNull
    public BitSet find(@NonNull String text) {
        BitSet found = new BitSet();
        for (int start = 0; start < text.length(); start++) {
            char first = text.charAt(start);
            boolean escaped =
                    first == URL || first == JSON && start + 1 < text.length() && text.charAt(start + 1) == 'u';
            for (Secret secret : escaped ? secrets : byFirst.get(first & (BYTES - 1))) {
                int end = end(text, start, secret, PLAIN);
                if (end < 0 && -end <= text.length()) {
                    char escape = text.charAt(-end - 1);
                    if (escape == JSON) {
                        end = end(text, start, secret, JSON);
                    } else if (escape == URL || escape == BLANK) {
                        end = end(text, start, secret, URL);
                    }
                }
                if (end > 0) {
                    found.set(start, end);
                }
            }
        }
        return found;
    }

    /**
     * Returns where a secret ends.
     *
     * @param escape what begins an escape sequence
     * @return negative if it is not there: -1 less the position of the first difference
     */
    private static int end(String text, int start, Secret secret, char escape) {
        int at = start;
        for (int i = 0; i < secret.codePoints.length; i++) {
            if (i > 0) {
                at = afterBreak(text, at);
            }
            String bytes = secret.bytes[i];
            boolean isEscape = secret.codePoints[i] == escape;
            if (!isEscape && text.startsWith(bytes, at)) {
                at += bytes.length();
            } else {
                int end =
                        switch (escape) {
                            case JSON -> afterEscaped(text, at, secret.codePoints[i]);
                            case URL -> afterEncoded(text, at, bytes);
                            default -> -1;
                        };
                if (end < 0) {
                    return -at - 1;
                }
                at = end;
            }
        }
        return at;
    }

    private static int afterBreak(String text, int start) {
        int at = start;
        while (at < text.length()
                && at < start + LONGEST_BREAK
                && (text.charAt(at) == '\n' || text.charAt(at) == '\r')) {
            at++;
        }
        return at;
    }

    /** Returns where the escape sequence of a character ends, or -1 if it is not there. */
    private static int afterEscaped(String text, int start, int codePoint) {
        int at = start;
        for (char unit : Character.toChars(codePoint)) {
            if (at + 1 >= text.length() || text.charAt(at) != '\\') {
                return -1;
            }
            char kind = text.charAt(at + 1);
            int value = kind == 'u' ? hex(text, at + 2, HEX_DIGITS) : shortEscape(kind);
            if (value != unit) {
                return -1;
            }
            at += 2 + (kind == 'u' ? HEX_DIGITS : 0);
        }
        return at;
    }

    /** Returns where the bytes of a character end in a URL, or -1 if they are not there. */
    private static int afterEncoded(String text, int start, String bytes) {
        if (bytes.equals(" ") && text.startsWith("+", start)) {
            return start + 1;
        }
        int at = start;
        for (char value : bytes.toCharArray()) {
            if (!text.startsWith("%", at) || hex(text, at + 1, URL_DIGITS) != value) {
                return -1;
            }
            at += 1 + URL_DIGITS;
        }
        return at;
    }

    private static int hex(String text, int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = i < text.length() ? Character.digit(text.charAt(i), HEX) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * HEX + digit;
        }
        return value;
    }

    private static int shortEscape(char kind) {
        return switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '"', '\\', '/' -> kind;
            default -> -1;
        };
    }
}
