package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** A file in the directory of a run to download, which is deleted with the run. */
public final class KeptFile implements HttpResponse {

    private static final String ZIPPED = ".gz";

    private final String name;
    private final Path path;

    /**
     * @param run the run that it belongs to
     * @param name its name, which has only letters, digits, dots and hyphens
     */
    public KeptFile(@NonNull Run<?, ?> run, @NonNull String name) {
        this.name = name;
        path = new File(run.getRootDir(), "multi-arch-build-kept/" + name).toPath();
    }

    /** Returns where it is. */
    @NonNull
    public Path path() {
        return path;
    }

    /** Returns the URL of a file, relative to that of the run. */
    @NonNull
    static String url(@NonNull String name) {
        return MultiArchReport.URL + "/download/" + name;
    }

    /** A browser stores it, whatever is in it. */
    @Override
    public void generateResponse(StaplerRequest2 request, StaplerResponse2 response, Object node) throws IOException {
        try (InputStream content = Files.newInputStream(path)) {
            response.setContentType(name.endsWith(ZIPPED) ? "application/gzip" : "application/json");
            response.setContentLengthLong(Files.size(path));
            response.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
            response.setHeader("Cache-Control", "private, no-cache");
            content.transferTo(response.getOutputStream());
        } catch (NoSuchFileException e) {
            throw HttpResponses.notFound();
        }
    }
}
