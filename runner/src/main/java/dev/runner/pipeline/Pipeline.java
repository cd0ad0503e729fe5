package dev.runner.pipeline;

import dev.runner.expression.Template;
import dev.runner.source.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Jobs and their order, as written.
 *
 * @param name what people call it; a front-end gives the file's name when none is written
 * @param jobs in the order of the file, with distinct ids; each need names one of them, and needs form no cycle
 * @param span the whole text
 */
public record Pipeline(
        String name, Dialect dialect, Declarations declarations, TemplateMap env, List<Job> jobs, Span span) {
    public Pipeline {
        jobs = List.copyOf(jobs);
        Set<String> ids = new HashSet<>();
        for (Job job : jobs) {
            if (!ids.add(job.id())) {
                throw new IllegalArgumentException("two jobs have the id " + job.id());
            }
        }
        for (Job job : jobs) {
            for (Job.Need need : job.needs()) {
                if (!ids.contains(need.job())) {
                    throw new IllegalArgumentException(job.id() + " needs " + need.job() + ", which is not there");
                }
            }
        }
    }

    /** Whose words the file is written in, and so whose variables and files its scripts expect. */
    public enum Dialect {
        NATIVE,
        GITHUB,
        GITLAB
    }

    /** The same with other jobs. */
    public Pipeline withJobs(List<Job> value) {
        return new Pipeline(name, dialect, declarations, env, value, span);
    }

    /** The same with other secrets. */
    public Pipeline withSecrets(List<SecretName> value) {
        return new Pipeline(
                name,
                dialect,
                new Declarations(declarations.variables(), value, declarations.platforms(), declarations.registry()),
                env,
                jobs,
                span);
    }

    /** The job of this id, or null. */
    public @Nullable Job find(String id) {
        for (Job job : jobs) {
            if (job.id().equals(id)) {
                return job;
            }
        }
        return null;
    }

    public List<Variable> variables() {
        return declarations.variables();
    }

    public List<SecretName> secrets() {
        return declarations.secrets();
    }

    public TemplateList platforms() {
        return declarations.platforms();
    }

    /** The registry to start in the process for the run, or null for none. */
    public @Nullable EmbeddedRegistry registry() {
        return declarations.registry();
    }

    /** What a pipeline asks for before its jobs. */
    public record Declarations(
            List<Variable> variables,
            List<SecretName> secrets,
            TemplateList platforms,
            @Nullable EmbeddedRegistry registry) {
        public Declarations {
            variables = List.copyOf(variables);
            secrets = List.copyOf(secrets);
        }
    }

    /**
     * A variable of the pipeline.
     *
     * @param value null when the run must give one
     */
    public record Variable(String name, @Nullable Template value, Span span) {}

    /** A secret the pipeline wants. */
    public record SecretName(String name, Absence absence, Span span) {
        /** What becomes of a secret that the run does not give. */
        public enum Absence {
            /** The run does not start. */
            FAULT,
            /** It is the empty string. */
            EMPTY,
            /** A new random one is made for the run. */
            GENERATED
        }
    }

    /**
     * The registry that is started for the run, with its data kept.
     *
     * @param address the address to listen on, a loopback one unless written otherwise
     * @param port 0 for any free one
     * @param account who may come in; null for everyone
     */
    public record EmbeddedRegistry(
            String address, int port, @Nullable Account account, Span span) {
        public static final String DEFAULT_ADDRESS = "127.0.0.1";
        public static final int DEFAULT_PORT = 5000;

        public EmbeddedRegistry {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("no port " + port);
            }
        }

        /** The registry's one user; the password may read {@code secrets} and {@code variables}. */
        public record Account(String username, Template password) {}
    }
}
