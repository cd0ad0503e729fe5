package dev.runner.dockerfile;

/** Whether a text could be the name of an image: {@code [domain/]path[:tag][@digest]}, by the grammar of references. */
final class ImageName {
    private static final int LONGEST_TAG = 128;
    private static final int LONGEST_NAME = 255;
    private static final int SHORTEST_DIGEST = 32;

    private ImageName() {}

    static boolean isValid(String text) {
        int at = text.indexOf('@');
        if (at >= 0 && !isDigest(text.substring(at + 1))) {
            return false;
        }
        String named = at < 0 ? text : text.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        if (colon >= 0 && !isTag(named.substring(colon + 1))) {
            return false;
        }
        String path = colon < 0 ? named : named.substring(0, colon);
        int slash = path.indexOf('/');
        if (slash > 0 && isDomain(path.substring(0, slash))) {
            path = path.substring(slash + 1);
        }
        return path.length() <= LONGEST_NAME && !isIdentifier(path) && isPath(path);
    }

    private static boolean isDomain(String first) {
        boolean marks = first.equals("localhost") || first.indexOf('.') >= 0 || first.indexOf(':') >= 0;
        boolean capital = first.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
        return (marks || capital) && first.chars().allMatch(c -> isAlphanumeric(c) || ".:-[]".indexOf(c) >= 0);
    }

    private static boolean isPath(String path) {
        for (String part : path.split("/", -1)) {
            if (!isComponent(part)) {
                return false;
            }
        }
        return true;
    }

    /** Small letters and digits, with single separators between: a dot, one or two underscores, any dashes. */
    private static boolean isComponent(String part) {
        int at = 0;
        while (true) {
            int start = at;
            while (at < part.length() && isSmall(part.charAt(at))) {
                at++;
            }
            if (at == start) {
                return false;
            }
            if (at == part.length()) {
                return true;
            }
            int separator = at;
            while (at < part.length() && part.charAt(at) == part.charAt(separator) && !isSmall(part.charAt(at))) {
                at++;
            }
            int length = at - separator;
            boolean right = switch (part.charAt(separator)) {
                case '.' -> length == 1;
                case '_' -> length <= 2;
                case '-' -> true;
                default -> false;
            };
            if (!right) {
                return false;
            }
        }
    }

    private static boolean isTag(String tag) {
        return !tag.isEmpty()
                && tag.length() <= LONGEST_TAG
                && ".-".indexOf(tag.charAt(0)) < 0
                && tag.chars().allMatch(c -> isAlphanumeric(c) || "_.-".indexOf(c) >= 0);
    }

    private static boolean isDigest(String digest) {
        int colon = digest.indexOf(':');
        return colon > 0
                && digest.length() - colon - 1 >= SHORTEST_DIGEST
                && digest.substring(colon + 1).chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    /** 64 hexadecimal digits name an image by its id, which is no name. */
    private static boolean isIdentifier(String path) {
        return path.length() == 64 && path.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static boolean isSmall(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isAlphanumeric(int c) {
        return isSmall(c) || (c >= 'A' && c <= 'Z');
    }
}
