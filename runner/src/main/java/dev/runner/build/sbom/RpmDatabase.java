package dev.runner.build.sbom;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rpm has installed, in whichever form it keeps it: {@code rpmdb.sqlite}, SUSE's {@code Packages.db}, or the
 * Berkeley DB {@code Packages} of old. All of them hold each package's header.
 *
 * @see <a href="https://rpm-software-management.github.io/rpm/manual/format_header.html">RPM, Header</a>
 */
final class RpmDatabase {
    private static final int NAME = 1000;
    private static final int VERSION = 1001;
    private static final int RELEASE = 1002;
    private static final int EPOCH = 1003;
    private static final int LICENSE = 1014;
    private static final int ARCH = 1022;

    private RpmDatabase() {}

    static List<SoftwarePackage> read(String path, byte[] content, Distribution distribution) {
        List<byte[]> headers = switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "rpmdb.sqlite" -> RpmSqlite.headers(content);
            case "Packages.db" -> RpmNdb.headers(content);
            default -> RpmBerkeley.headers(content);
        };
        List<SoftwarePackage> found = new ArrayList<>();
        for (byte[] header : headers) {
            SoftwarePackage one = header(header, path, distribution);
            if (one != null) {
                found.add(one);
            }
        }
        return found;
    }

    private static @Nullable SoftwarePackage header(byte[] blob, String path, Distribution distribution) {
        ByteBuffer bytes = ByteBuffer.wrap(blob);
        int entries = bytes.getInt(0);
        int store = 8 + 16 * entries;
        Map<Integer, String> tags = new HashMap<>();
        for (int i = 0; i < entries; i++) {
            int tag = bytes.getInt(8 + 16 * i);
            int type = bytes.getInt(12 + 16 * i);
            int at = store + bytes.getInt(16 + 16 * i);
            if (tag == EPOCH && type == 4) {
                tags.put(tag, Integer.toString(bytes.getInt(at)));
            } else if (tag >= NAME && tag <= ARCH && (type == 6 || type == 9)) {
                int end = at;
                while (blob[end] != 0) {
                    end++;
                }
                tags.put(tag, new String(blob, at, end - at, StandardCharsets.UTF_8));
            }
        }
        String name = tags.get(NAME);
        if (name == null || name.equals("gpg-pubkey")) {
            return null;
        }
        Map<String, String> qualifiers = new HashMap<>(DistributionPackages.qualifiers(tags.get(ARCH), distribution));
        if (tags.containsKey(EPOCH)) {
            qualifiers.put("epoch", tags.get(EPOCH));
        }
        String version = tags.getOrDefault(VERSION, "") + "-" + tags.getOrDefault(RELEASE, "");
        String vendor = distribution.id().isEmpty() ? null : distribution.id();
        return new SoftwarePackage("rpm", vendor, name, version, qualifiers, tags.get(LICENSE), path);
    }
}
