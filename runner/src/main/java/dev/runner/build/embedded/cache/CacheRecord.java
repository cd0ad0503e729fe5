package dev.runner.build.embedded.cache;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.MediaTypes;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a cache knows: layers and the keys they are found by, of all platforms and stages alike.
 *
 * @param contexts what contents that were copied are called, latest first
 * @param lists of the files that steps have read, in short, by the keys that the records have of them
 */
public record CacheRecord(List<Entry> entries, List<ContextNames> contexts, Map<String, String> lists) {
    /** How many layers a cache holds at most; those that were not used for longest go first. */
    public static final int MOST_LAYERS = 500;

    /** How many days a layer stays that no exporting build has used. */
    public static final int DAYS_KEPT = 14;

    private static final int MOST_CONTEXTS = 100;

    /** How many characters all lists have at most: who reads a cache has to fetch them. */
    private static final int MOST_LISTED = 1 << 18;

    public static final CacheRecord EMPTY = new CacheRecord(List.of());

    public CacheRecord {
        entries = List.copyOf(entries);
        contexts = List.copyOf(contexts);
        lists = fitting(entries, lists);
    }

    public CacheRecord(List<Entry> entries) {
        this(entries, List.of(), Map.of());
    }

    /** The lists that records name, in their order, as long as there is room. */
    private static Map<String, String> fitting(List<Entry> entries, Map<String, String> lists) {
        Map<String, String> fitting = new LinkedHashMap<>();
        int room = MOST_LISTED;
        for (Entry entry : lists.isEmpty() ? List.<Entry>of() : entries) {
            Made made = entry.layer().made();
            String key = made == null ? null : made.files();
            String list = key == null ? null : lists.get(key);
            if (list != null && room >= list.length() && fitting.put(key, list) == null) {
                room -= list.length();
            }
        }
        return Collections.unmodifiableMap(fitting);
    }

    /**
     * A layer and the keys under which it is found.
     *
     * @param used the last day on which a build that exported its cache used it; null where nobody keeps count, as in an
     *     image, whose bytes must not depend on the day
     */
    public record Entry(
            Collection<Digest> keys,
            LayerRecord layer,
            @Nullable LocalDate used) {
        public Entry {
            keys = keys.stream().distinct().sorted().toList();
        }

        public Entry(Collection<Digest> keys, LayerRecord layer) {
            this(keys, layer, null);
        }

        private Entry withUsed(@Nullable LocalDate day) {
            return new Entry(keys, layer, day);
        }
    }

    /** What a document says; nothing when it holds no record that can be read. */
    public static CacheRecord read(CacheDocument document) {
        try {
            if (document.mediaType().equals(CacheDocument.RECORD)) {
                return RecordJson.read(document.content());
            }
            if (MediaTypes.isConfig(document.mediaType())) {
                ImageConfig config = ImageConfig.parse(document.content());
                String json = config.extra().get(RecordJson.MEMBER);
                return json == null ? EMPTY : RecordJson.read(json, document.layers(), config.diffIds());
            }
            return EMPTY;
        } catch (MalformedContentException e) {
            return EMPTY;
        }
    }

    /** Several as one; of two that know a key, the first is believed. */
    public static CacheRecord together(List<CacheRecord> records) {
        CacheRecord all = EMPTY;
        for (CacheRecord record : records) {
            all = all.and(record);
        }
        return all;
    }

    private CacheRecord and(CacheRecord other) {
        List<Entry> all = new ArrayList<>(entries);
        Set<Digest> known = new HashSet<>(byKey().keySet());
        for (Entry entry : other.entries) {
            List<Digest> keys = entry.keys().stream().filter(known::add).toList();
            if (!keys.isEmpty()) {
                all.add(new Entry(keys, entry.layer(), entry.used()));
            }
        }
        List<ContextNames> names = new ArrayList<>(contexts);
        other.contexts.stream()
                .filter(one -> contexts.stream().noneMatch(one::isOf))
                .forEach(names::add);
        Map<String, String> both = new HashMap<>(other.lists);
        both.putAll(lists);
        return new CacheRecord(all, names.subList(0, Math.min(names.size(), MOST_CONTEXTS)), both);
    }

    /**
     * What a place shall hold after a build. Equal builds give equal records, whatever else lies there.
     *
     * @param before what it holds; what this build says nothing about stays, until it is too old or too much
     */
    public CacheRecord over(CacheRecord before, LocalDate today) {
        LocalDate oldest = today.minusDays(DAYS_KEPT);
        CacheRecord both = EMPTY.and(new CacheRecord(
                        entries.stream().map(entry -> entry.withUsed(today)).toList(), contexts, lists))
                .and(before);
        List<Entry> kept = both.entries().stream()
                .map(entry -> entry.used() == null ? entry.withUsed(today) : entry)
                .filter(entry -> entry.used() != null && !entry.used().isBefore(oldest))
                .sorted(LATEST_FIRST)
                .limit(MOST_LAYERS)
                .toList();
        return new CacheRecord(kept, both.contexts(), both.lists());
    }

    private static final Comparator<Entry> LATEST_FIRST = Comparator.comparing(
                    Entry::used, Comparator.nullsLast(Comparator.<LocalDate>reverseOrder()))
            .thenComparing(entry -> entry.keys().iterator().next());

    /** Every key and its layer. */
    public Map<Digest, LayerRecord> byKey() {
        Map<Digest, LayerRecord> map = new LinkedHashMap<>();
        entries.forEach(entry -> entry.keys().forEach(key -> map.putIfAbsent(key, entry.layer())));
        return map;
    }

    /** The layers, each once. */
    public List<LayerRecord> layers() {
        Map<Digest, LayerRecord> layers = new LinkedHashMap<>();
        entries.forEach(entry -> layers.putIfAbsent(entry.layer().blob().digest(), entry.layer()));
        return List.copyOf(layers.values());
    }

    /** The member of an image's config that holds this, for an image with these layers. */
    public Map<String, String> toMember(List<Descriptor> layers) {
        return Map.of(
                RecordJson.MEMBER,
                RecordJson.write(this, layers.stream().map(Descriptor::digest).toList()));
    }

    /** A document that holds this and nothing else. */
    public CacheDocument toDocument() {
        return new CacheDocument(
                CacheDocument.RECORD,
                RecordJson.write(this),
                layers().stream().map(LayerRecord::blob).toList());
    }
}
