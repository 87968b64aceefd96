package lambdakit.runtime.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a JSON text into maps, lists, strings, booleans, nulls and {@link JsonNumber}s. */
public final class JsonReader {
    private static final int MAX_DEPTH = 1000;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /** @throws JsonException with the position of what is wrong */
    public static Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        reader.skipBlanks();
        if (reader.at < text.length()) throw reader.unexpected();
        return value;
    }

    private Object value() {
        skipBlanks();
        switch (peek()) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        enter();
        if (isNext('}')) return leave(object);
        do {
            skipBlanks();
            if (peek() != '"') throw unexpected();
            String name = string();
            expect(':');
            object.put(name, value());
        } while (isNext(','));
        expect('}');
        return leave(object);
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        enter();
        if (isNext(']')) return leave(array);
        do {
            array.add(value());
        } while (isNext(','));
        expect(']');
        return leave(array);
    }

    private String string() {
        at++;
        int end = at;
        while (end < text.length() && text.charAt(end) != '"' && text.charAt(end) != '\\') end++;
        // Most strings have no escapes and are cut out in one piece.
        if (end < text.length() && text.charAt(end) == '"') {
            String plain = text.substring(at, end);
            at = end + 1;
            return plain;
        }
        StringBuilder string = new StringBuilder(text.substring(at, end));
        at = end;
        while (peek() != '"') {
            char next = text.charAt(at++);
            string.append(next == '\\' ? escape() : next);
        }
        at++;
        return string.toString();
    }

    private char escape() {
        char kind = peek();
        at++;
        switch (kind) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u':
                if (at + 4 > text.length()) throw unexpected();
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            default:
                return kind;
        }
    }

    private JsonNumber number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
        String digits = text.substring(start, at);
        try {
            Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            at = start;
            throw unexpected();
        }
        return new JsonNumber(digits);
    }

    private <T> T word(String word, T value) {
        if (!text.startsWith(word, at)) throw unexpected();
        at += word.length();
        return value;
    }

    private void enter() {
        at++;
        depth++;
        if (depth > MAX_DEPTH) throw new JsonException("Document nesting depth exceeds " + MAX_DEPTH);
    }

    private <T> T leave(T value) {
        depth--;
        return value;
    }

    private boolean isNext(char expected) {
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != expected) return false;
        at++;
        return true;
    }

    private void expect(char expected) {
        if (!isNext(expected)) throw unexpected();
    }

    private char peek() {
        if (at >= text.length()) throw new JsonException("Unexpected end of input");
        return text.charAt(at);
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) <= ' ') at++;
    }

    private JsonException unexpected() {
        if (at >= text.length()) return new JsonException("Unexpected end of input");
        return new JsonException("Unexpected character ('" + text.charAt(at) + "') at position " + at);
    }
}
