package dev.runner.report;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A terminal that knows the sequences a live report uses, and refuses others. */
final class Screen extends OutputStream {
    private final int columns;
    private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private int row;
    private int column;
    private boolean cursorShown = true;

    Screen(int columns) {
        this.columns = columns;
    }

    @Override
    public void write(int b) {
        pending.write(b);
    }

    @Override
    public void flush() {
        String text = pending.toString(StandardCharsets.UTF_8);
        pending.reset();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\u001b') {
                int end = i + 2;
                while (!Character.isLetter(text.charAt(end))) {
                    end++;
                }
                control(text.substring(i + 2, end), text.charAt(end));
                i = end;
            } else if (c == '\n') {
                down();
                column = 0;
            } else if (c == '\r') {
                column = 0;
            } else {
                put(c);
            }
        }
    }

    private void put(char c) {
        if (column == columns) {
            down();
            column = 0;
        }
        StringBuilder line = rows.get(row);
        while (line.length() <= column) {
            line.append(' ');
        }
        line.setCharAt(column++, c);
    }

    private void down() {
        if (++row == rows.size()) {
            rows.add(new StringBuilder());
        }
    }

    private void control(String arguments, char command) {
        switch (arguments + command) {
            case "?25l" -> cursorShown = false;
            case "?25h" -> cursorShown = true;
            case "?2026h", "?2026l" -> {}
            case "K" -> rows.get(row).setLength(Math.min(column, rows.get(row).length()));
            case "J" -> {
                rows.get(row).setLength(Math.min(column, rows.get(row).length()));
                rows.subList(row + 1, rows.size()).clear();
            }
            default -> {
                if (command != 'A') {
                    throw new IllegalArgumentException("unknown sequence " + arguments + command);
                }
                row -= Integer.parseInt(arguments);
            }
        }
    }

    boolean cursorShown() {
        return cursorShown;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (StringBuilder line : rows) {
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
