package dev.runner.dockerfile;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What COPY and ADD have in common.
 *
 * @param sources paths, wildcards and, for ADD, addresses, in their order; without the here-documents
 * @param files here-documents that become files, each named after its delimiter
 * @param destination the last word
 * @param options the flags both know
 */
public record Transfer(List<String> sources, List<Heredoc> files, String destination, Options options) {
    public Transfer {
        sources = List.copyOf(sources);
        files = List.copyOf(files);
        Objects.requireNonNull(destination);
        Objects.requireNonNull(options);
    }

    /**
     * Flags as written; null where the flag is absent.
     *
     * @param chown {@code user[:group]}, names or numbers
     * @param chmod octal digits or symbolic, as {@code u=rwX,go=rX}
     * @param link whether the layer is to be independent of the one below
     * @param excludes patterns of files not to be copied; never expanded, as BuildKit does not
     */
    public record Options(@Nullable String chown, @Nullable String chmod, boolean link, List<String> excludes) {
        public Options {
            excludes = List.copyOf(excludes);
        }
    }
}
