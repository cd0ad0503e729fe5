package dev.runner.report;

import dev.runner.schedule.RunEvent;
import org.jspecify.annotations.Nullable;

/** How a remark reads: {@code warning: Dockerfile:3:1: …}. */
final class Annotations {
    private Annotations() {}

    static String text(RunEvent.Annotation annotation, Style style) {
        return text(annotation.level(), annotation.place(), annotation.message(), style);
    }

    static String text(
            RunEvent.Annotation.Level level, RunEvent.Annotation.@Nullable Place place, String message, Style style) {
        String word = switch (level) {
            case NOTICE -> "note";
            case WARNING -> style.yellow("warning");
            case ERROR -> style.red("error");
        };
        StringBuilder where = new StringBuilder();
        if (place != null && place.file() != null) {
            where.append(place.file());
            if (place.line() > 0) {
                where.append(':').append(place.line());
                if (place.column() > 0) {
                    where.append(':').append(place.column());
                }
            }
            where.append(": ");
        }
        if (place != null && place.title() != null) {
            where.append(place.title()).append(": ");
        }
        return word + ": " + where + message;
    }
}
