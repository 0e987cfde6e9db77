package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The page 'Multi-arch images' of a run. */
@ExportedBean
public final class MultiArchReport implements RunAction2 {

    private final CopyOnWriteArrayList<ImageReport> images = new CopyOnWriteArrayList<>();

    private transient Run<?, ?> run;

    private MultiArchReport() {}

    /**
     * Shows what a step has built. An earlier report of the same step gives way to it; only what each tag pointed at before
     * stays, since a step that is done again after a restart finds tags that it has moved itself.
     */
    public static void add(@NonNull Run<?, ?> run, @NonNull ImageReport image) throws IOException {
        // branches of a run report side by side, and there must be one page
        synchronized (run) {
            MultiArchReport report = run.getAction(MultiArchReport.class);
            if (report == null) {
                report = new MultiArchReport();
                report.images.add(image);
                run.addAction(report);
            } else {
                report.replace(image);
            }
            run.save();
        }
    }

    private void replace(ImageReport image) {
        ImageReport shown = image;
        for (ImageReport earlier : images) {
            if (earlier.getId().equals(image.getId())) {
                shown = image.startingFrom(earlier);
                images.remove(earlier);
            }
        }
        images.add(shown);
    }

    /** What the run's steps have built, in the order in which they were done. */
    @NonNull
    @Exported(inline = true)
    public List<ImageReport> getImages() {
        return List.copyOf(images);
    }

    /** The run that this is a page of. */
    @NonNull
    public Run<?, ?> getRun() {
        return run;
    }

    @Override
    public void onAttached(Run<?, ?> attachedTo) {
        run = attachedTo;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
    }

    @Override
    public String getIconFileName() {
        return "symbol-cube";
    }

    @Override
    public String getDisplayName() {
        return Messages.MultiArchReport_displayName();
    }

    @Override
    public String getUrlName() {
        return "multi-arch-images";
    }
}
