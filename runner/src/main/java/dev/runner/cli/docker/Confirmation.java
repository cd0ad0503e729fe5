package dev.runner.cli.docker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Asks before something goes. */
final class Confirmation {
    private Confirmation() {}

    /** Whether the answer is yes; no answer is no. */
    static boolean of(Call call, String question) throws IOException {
        call.around().out().print(question);
        call.around().out().flush();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(call.around().in(), StandardCharsets.UTF_8));
        String answer = in.readLine();
        if (answer == null) {
            call.say("");
        }
        return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    }
}
