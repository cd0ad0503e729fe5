package dev.runner.build;

import java.util.List;

/**
 * What builds keep on this machine so that the next one has less to do. Whatever goes is made or fetched again when it is
 * wanted; what a living build of any process holds never goes. Safe for several threads and processes.
 */
public interface BuildCache {
    /** Everything it holds, most recently used first. */
    List<CacheItem> list();

    /** Deletes what a rule picks; tells what went. */
    List<CacheItem> prune(GcPolicy.Rule rule);

    /** Applies the rules of a policy in order; tells what went. */
    List<CacheItem> collect(GcPolicy policy);
}
