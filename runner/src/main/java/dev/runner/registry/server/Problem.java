package dev.runner.registry.server;

/**
 * A request that is refused, with the code that the specification gives the reason.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes">
 *     distribution-spec, Error codes</a>
 */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String code;

    Problem(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    static Problem blobUnknown(Object digest) {
        return new Problem(404, "BLOB_UNKNOWN", "the repository has no blob " + digest);
    }

    static Problem uploadUnknown(String id) {
        return new Problem(404, "BLOB_UPLOAD_UNKNOWN", "there is no upload " + id);
    }

    static Problem manifestUnknown(String reference) {
        return new Problem(404, "MANIFEST_UNKNOWN", "the repository has no manifest " + reference);
    }

    static Problem nameUnknown(String name) {
        return new Problem(404, "NAME_UNKNOWN", "there is no repository " + name);
    }

    static Problem digestInvalid(String message) {
        return new Problem(400, "DIGEST_INVALID", message);
    }

    static Problem manifestInvalid(String message) {
        return new Problem(400, "MANIFEST_INVALID", message);
    }

    static Problem unsupported(String message) {
        return new Problem(405, "UNSUPPORTED", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
