package dev.runner.frontend.nativeyaml;

import dev.runner.pipeline.Export;
import dev.runner.pipeline.NameUse;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.util.List;

/** Reads pipelines written in the native language. */
public final class NativePipelines {
    /** 1 MiB of text, 50 levels, 100,000 nodes after aliases are expanded. */
    static final YamlReader.Limits LIMITS = new YamlReader.Limits(1 << 20, 50, 100_000);

    private NativePipelines() {}

    /**
     * Reads a pipeline.
     *
     * @throws InvalidSourceException with every fault of the text; of YAML that cannot be read, the first
     */
    public static Pipeline read(Source source) {
        return readAll(source).pipeline();
    }

    /**
     * All that a file says.
     *
     * @param uses every name that an expression reads
     * @param export how it is written for other systems
     */
    public record Reading(Pipeline pipeline, List<NameUse> uses, Export export) {
        public Reading {
            uses = List.copyOf(uses);
        }
    }

    /**
     * Reads a pipeline and what is said about it.
     *
     * @throws InvalidSourceException with every fault of the text; of YAML that cannot be read, the first
     */
    public static Reading readAll(Source source) {
        YamlNode root = YamlReader.read(source, LIMITS);
        if (root == null || Scalars.isNull(root)) {
            throw new InvalidSourceException(Diagnostic.error(
                    source.span(0, 0), "the file is empty", "a pipeline needs jobs: with at least one job"));
        }
        return new PipelineReader().read(root, fileName(source.name()));
    }

    /** The last part of a path without its extension. */
    private static String fileName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
