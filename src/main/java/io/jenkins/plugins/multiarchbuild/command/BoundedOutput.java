package io.jenkins.plugins.multiarchbuild.command;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Collects what a short command prints, up to a limit, so that no command can fill the memory of Jenkins. */
public final class BoundedOutput extends OutputStream {

    private static final Logger LOGGER = Logger.getLogger(BoundedOutput.class.getName());

    /** The maximum size of the output, in bytes. A manifest has at most 4 MiB. */
    public static final int LARGEST = 8 * 1024 * 1024;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean overflown;
    private Ending ending;

    /** Ends the command. */
    @FunctionalInterface
    public interface Ending {
        void run() throws IOException, InterruptedException;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] buffer, int offset, int length) {
        if (overflown) {
            return;
        }
        if (bytes.size() + length > LARGEST) {
            overflown = true;
            end();
        } else {
            bytes.write(buffer, offset, length);
        }
    }

    /** Sets how to end the command if it prints too much. */
    public synchronized void onOverflow(@NonNull Ending command) {
        ending = command;
        if (overflown) {
            end();
        }
    }

    synchronized boolean isOverflown() {
        return overflown;
    }

    /** Returns the output, decoded as UTF-8. */
    @NonNull
    public synchronized String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void end() {
        Ending command = ending;
        if (command != null) {
            ending = null;
            Runnable end = () -> {
                try {
                    command.run();
                } catch (IOException | InterruptedException e) {
                    LOGGER.log(Level.FINE, "cannot end a command", e);
                }
            };
            // the current thread reads the output or the agent's messages, which ending a command waits for
            Thread thread = new Thread(end, "End of a command that prints too much");
            thread.setDaemon(true);
            thread.start();
        }
    }
}
