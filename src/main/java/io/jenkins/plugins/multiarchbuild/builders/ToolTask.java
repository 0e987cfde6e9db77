package io.jenkins.plugins.multiarchbuild.builders;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.docker.commons.tools.DockerTool;

/** Installs a Docker tool on an agent if it is missing, and puts it in front of the path. */
public final class ToolTask implements AgentTask<ArrayList<String>> {

    private static final long serialVersionUID = 1L;

    private final String tool;

    /** @param tool the name of the tool */
    public ToolTask(@NonNull String tool) {
        this.tool = tool;
    }

    @Override
    public String label() {
        return Messages.ToolTask_label();
    }

    /** @return the environment for {@code withEnv} */
    @Override
    public ArrayList<String> run(Agent agent) throws IOException, InterruptedException, DockerException {
        Computer computer = agent.directory().toComputer();
        Node node = computer == null ? null : computer.getNode();
        String executable = DockerTool.getExecutable(tool, node, agent.listener(), agent.environment());
        FilePath program = new FilePath(agent.directory().getChannel(), executable);
        FilePath directory = program.getParent();
        // without a tool of that name, or without a place for it, this is a bare 'docker'
        if (directory == null || executable.indexOf('/') < 0 && executable.indexOf('\\') < 0 || !program.exists()) {
            throw new DockerException(Sentence.of("ToolTask.missing", executable, tool));
        }
        return new ArrayList<>(List.of("PATH+MULTI_ARCH_BUILD=" + directory.getRemote()));
    }
}
