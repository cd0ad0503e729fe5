package dev.runner.build.embedded.cache;

/** A place that is a tag of a repository, where images of other kinds can be as well. */
public interface ImagePlace extends CachePlace {
    /**
     * Writes a manifest whose blobs are there.
     *
     * @param before what was read
     * @return false when the place holds something else by now
     */
    boolean replace(State before, String mediaType, byte[] manifest) throws InterruptedException;
}
