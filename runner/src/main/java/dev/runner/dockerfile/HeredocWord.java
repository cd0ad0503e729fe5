package dev.runner.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The word that opens a here-document: {@code <<EOF}, {@code <<-"EOF"}, {@code 3<<EOF}. */
record HeredocWord(String name, int fileDescriptor, boolean expand, boolean chomp) {
    /** The word's parts, or null if it opens no document. */
    static @Nullable HeredocWord parse(String word) {
        int at = 0;
        while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
            at++;
        }
        int digits = at;
        if (!word.startsWith("<<", at)) {
            return null;
        }
        at += 2;
        boolean chomp = at < word.length() && word.charAt(at) == '-';
        String delimiter = word.substring(chomp ? at + 1 : at).stripLeading();
        if (delimiter.isEmpty() || delimiter.indexOf('<') >= 0 || digits > 9) {
            return null;
        }
        try {
            List<String> plain = ShellWords.heredocDelimiter(false).words(delimiter, name -> null);
            List<String> quoted = ShellWords.heredocDelimiter(true).words(delimiter, name -> null);
            if (plain.size() != 1 || quoted.size() != 1) {
                return null;
            }
            int descriptor = digits == 0 ? 0 : Integer.parseInt(word, 0, digits, 10);
            boolean expand = plain.getFirst().length() == quoted.getFirst().length();
            return new HeredocWord(plain.getFirst(), descriptor, expand, chomp);
        } catch (ExpansionException e) {
            // A delimiter that cannot be read opens nothing; the shell will say so.
            return null;
        }
    }
}
