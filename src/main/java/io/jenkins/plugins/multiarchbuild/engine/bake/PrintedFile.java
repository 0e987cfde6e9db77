package io.jenkins.plugins.multiarchbuild.engine.bake;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What {@code docker buildx bake --print} prints. It comes from an agent, so nothing in it is taken for granted. */
final class PrintedFile {

    /** It is kept with the build while that runs. */
    private static final int MEGABYTES = 1;

    /** Groups may hold groups, but not without end. */
    private static final int MOST_LEVELS = 20;

    private final BakeFile file;
    private final BakeOverlay overlay;
    private final JsonNode root;

    /**
     * @param text what bake has printed for the targets of the file
     * @throws DockerException if it is not that
     */
    PrintedFile(BakeFile file, String text, BakeOverlay overlay) throws DockerException {
        this.file = file;
        this.overlay = overlay;
        this.root = Json.readObject(Sentence.of("PrintedFile.what", file.path()), text, MEGABYTES);
    }

    BakeTargets targets() throws DockerException {
        Map<String, BakeTarget> images = new LinkedHashMap<>();
        List<Sentence> remarks = new ArrayList<>();
        List<String> needed = new ArrayList<>();
        for (String name : file.targets()) {
            PrintedTarget target = target(name);
            BakeTarget same = images.put(target.name(), image(target, name));
            if (same != null) {
                throw new DockerException(Sentence.of("PrintedFile.twice", target.name()));
            }
            target.remark().ifPresent(remarks::add);
            needed.addAll(target.links().values());
        }
        Map<String, BakeTarget> links = new LinkedHashMap<>();
        for (int i = 0; i < needed.size(); i++) {
            String name = needed.get(i);
            if (!images.containsKey(name) && !links.containsKey(name)) {
                PrintedTarget target = target(name);
                links.put(name, overlay.link(target));
                needed.addAll(target.links().values());
            }
        }
        return new BakeTargets(List.copyOf(images.values()), List.copyOf(links.values()), remarks);
    }

    /** Of several, each has its own tags and caches. */
    private BakeTarget image(PrintedTarget target, String name) throws DockerException {
        if (!file.isSeveral()) {
            return overlay.image(target);
        }
        // the tags last: its caches must not overwrite those of another image either
        BuildRequest own = overlay.call()
                .withCache(overlay.call().options().cache().ofImage(target.name()))
                .withBaseTags(file.baseTags().getOrDefault(name, List.of()));
        return overlay.with(own).image(target);
    }

    /** A group of one target stands for it. */
    private PrintedTarget target(String name) throws DockerException {
        if (root.path("target").path(name).isObject()) {
            return new PrintedTarget(file.path(), name, root.path("target").path(name));
        }
        TreeSet<String> members = new TreeSet<>();
        addMembers(name, members, 0);
        if (members.size() == 1) {
            String only = members.first();
            return new PrintedTarget(file.path(), only, root.path("target").path(only));
        }
        if (members.isEmpty()) {
            throw new DockerException(Sentence.of("PrintedFile.noTarget", file.path(), name));
        }
        throw new DockerException(Sentence.of("PrintedFile.group", file.path(), name, String.join(", ", members)));
    }

    private void addMembers(String name, TreeSet<String> members, int level) {
        for (JsonNode member : root.path("group").path(name).path("targets")) {
            String each = member.asText();
            if (root.path("target").path(each).isObject()) {
                members.add(each);
            } else if (level < MOST_LEVELS) {
                addMembers(each, members, level + 1);
            }
        }
    }
}
