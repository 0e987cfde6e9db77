package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What is in {@code program.dat} for a plan. Pipeline saves its program dozens of times in a build, and a plan has
 * hundreds of objects that never change, so they are serialized only once.
 */
final class SavedPlan implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Map<BuildPlan, SavedPlan> SAVED = Collections.synchronizedMap(new WeakHashMap<>());

    private final byte[] bytes;

    private record Content(
            BuildCall call,
            List<PlannedGroup> groups,
            SourceFrom source,
            String id,
            @CheckForNull BakeTargets baked) implements Serializable {}

    private SavedPlan(byte[] bytes) {
        this.bytes = bytes;
    }

    @NonNull
    static SavedPlan of(@NonNull BuildPlan plan) {
        return SAVED.computeIfAbsent(plan, SavedPlan::save);
    }

    private static SavedPlan save(BuildPlan plan) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Content(plan.call(), plan.groups(), plan.source(), plan.id(), plan.baked()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SavedPlan(bytes.toByteArray());
    }

    private Object readResolve() throws ObjectStreamException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            Content content = (Content) in.readObject();
            return new BuildPlan(content.call, content.groups, content.source, content.id, content.baked);
        } catch (IOException | ClassNotFoundException e) {
            throw (ObjectStreamException) new InvalidObjectException("A plan cannot be read").initCause(e);
        }
    }
}
