package lambdakit.runtime.json;

import java.lang.reflect.Array;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.Optional;

/** Writes objects as JSON text. Properties without a value are left out; null elements and map values stay. */
public final class JsonWriter {
    private static final int MAX_DEPTH = 1000;

    private final StringBuilder out = new StringBuilder(256);
    private int depth;

    private JsonWriter() {}

    public static String write(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return writer.out.toString();
    }

    private void value(Object value) {
        if (value == null) out.append("null");
        else if (value instanceof CharSequence || value instanceof Character) string(value.toString());
        else if (value instanceof Boolean) out.append(value);
        else if (value instanceof Number) number((Number) value);
        else if (value instanceof Enum) string(((Enum<?>) value).name());
        else if (value instanceof byte[]) string(Base64.getEncoder().encodeToString((byte[]) value));
        else if (value instanceof char[]) string(new String((char[]) value));
        else if (value instanceof Date) out.append(((Date) value).getTime());
        else if (value instanceof Optional) value(((Optional<?>) value).orElse(null));
        else nested(value);
    }

    private void nested(Object value) {
        depth++;
        if (depth > MAX_DEPTH) throw new JsonException("Document nesting depth exceeds " + MAX_DEPTH + ": the object refers to itself");
        if (value instanceof Map) map((Map<?, ?>) value);
        else if (value instanceof Iterable) elements((Iterable<?>) value);
        else if (value.getClass().isArray()) array(value);
        else if (isForeignValue(value)) foreign(value);
        else bean(value);
        depth--;
    }

    private void map(Map<?, ?> map) {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            string(String.valueOf(entry.getKey()));
            out.append(':');
            value(entry.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private void elements(Iterable<?> elements) {
        out.append('[');
        String separator = "";
        for (Object element : elements) {
            out.append(separator);
            value(element);
            separator = ",";
        }
        out.append(']');
    }

    private void array(Object array) {
        out.append('[');
        for (int i = 0; i < Array.getLength(array); i++) {
            if (i > 0) out.append(',');
            value(Array.get(array, i));
        }
        out.append(']');
    }

    private void bean(Object bean) {
        out.append('{');
        String separator = "";
        for (BeanProperty property : Bean.of(bean.getClass()).properties()) {
            Object value = property.isReadable() ? property.read(bean) : null;
            if (value == null) continue;
            out.append(separator);
            string(property.name);
            out.append(':');
            value(value);
            separator = ",";
        }
        out.append('}');
    }

    /** Classes of the JDK and Joda time have no properties worth writing but a text. */
    private static boolean isForeignValue(Object value) {
        String name = value.getClass().getName();
        return name.startsWith("java.") || name.startsWith("javax.") || name.startsWith("org.joda.time.");
    }

    private void foreign(Object value) {
        if (value instanceof Instant) {
            Instant instant = (Instant) value;
            out.append(instant.getEpochSecond()).append('.').append(String.format("%09d", instant.getNano()));
        } else if (value instanceof LocalDate) {
            LocalDate date = (LocalDate) value;
            out.append('[').append(date.getYear()).append(',').append(date.getMonthValue()).append(',')
                    .append(date.getDayOfMonth()).append(']');
        } else {
            string(value.toString());
        }
    }

    private void number(Number number) {
        boolean isFinite = !(number instanceof Double || number instanceof Float) || Double.isFinite(number.doubleValue());
        if (isFinite) out.append(number);
        else string(number.toString());
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next >= ' ' && next != '"' && next != '\\') out.append(next);
            else escaped(next);
        }
        out.append('"');
    }

    private void escaped(char character) {
        int short_ = "\"\\\b\f\n\r\t".indexOf(character);
        if (short_ >= 0) out.append('\\').append("\"\\bfnrt".charAt(short_));
        else out.append(String.format("\\u%04X", (int) character));
    }
}
