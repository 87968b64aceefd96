package lambdakit.runtime.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/** Values that are one JSON token: texts, numbers, booleans, enums, dates. */
final class Scalars {
    /** Static methods and constructors that classes such as UUID, URI or LocalDate read their text with. */
    private static final String[] FACTORIES = {"parse", "fromString", "create", "valueOf", "of"};

    private Scalars() {}

    static boolean isScalar(Class<?> type) {
        return type.isPrimitive() || type.isEnum() || type == String.class || type == CharSequence.class
                || type == Boolean.class || type == Character.class || Number.class.isAssignableFrom(type)
                || type == Date.class || type == Instant.class;
    }

    /** What stands for `null`: zero for primitives. */
    static Object absent(Class<?> type) {
        if (!type.isPrimitive()) return null;
        if (type == boolean.class) return false;
        if (type == char.class) return (char) 0;
        return number(new JsonNumber("0"), type);
    }

    static Object bind(Object json, Class<?> type) {
        if (json instanceof java.util.Map || json instanceof java.util.List) throw JsonBinder.mismatch(json, type);
        if (type == String.class || type == CharSequence.class) return json.toString();
        String text = json.toString().trim();
        if (type.isEnum()) return constant(text, type);
        if (text.isEmpty()) return absent(type);
        if (type == boolean.class || type == Boolean.class) return truth(json, text);
        if (type == char.class || type == Character.class) return text.charAt(0);
        if (type == Date.class) return Date.from(instant(json, text));
        if (type == Instant.class) return instant(json, text);
        if (json instanceof Boolean) throw JsonBinder.mismatch(json, type);
        try {
            return number(json instanceof JsonNumber ? (JsonNumber) json : new JsonNumber(text), type);
        } catch (NumberFormatException e) {
            throw new JsonException("Cannot deserialize value of type `" + type.getName() + "` from String \"" + text
                    + "\": not a valid `" + type.getSimpleName() + "` value", e);
        }
    }

    static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }

    /** A value of any other class out of its text. */
    static Object fromText(Object json, Class<?> type) {
        String text = json.toString();
        try {
            for (String name : FACTORIES) {
                for (Method method : type.getMethods()) {
                    Class<?>[] parameters = method.getParameterTypes();
                    if (method.getName().equals(name) && Modifier.isStatic(method.getModifiers())
                            && parameters.length == 1 && parameters[0].isAssignableFrom(String.class)
                            && parameters[0] != Object.class) {
                        return method.invoke(null, text);
                    }
                }
            }
            Constructor<?> constructor = type.getDeclaredConstructor(String.class);
            constructor.setAccessible(true);
            return constructor.newInstance(text);
        } catch (InvocationTargetException e) {
            throw new JsonException("Cannot deserialize value of type `" + type.getName() + "` from \"" + text + "\": "
                    + e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw JsonBinder.mismatch(json, type);
        }
    }

    private static Object number(JsonNumber number, Class<?> type) {
        if (type == int.class || type == Integer.class) return number.decimal().toBigInteger().intValueExact();
        if (type == long.class || type == Long.class) return number.decimal().toBigInteger().longValueExact();
        if (type == double.class || type == Double.class) return number.doubleValue();
        if (type == float.class || type == Float.class) return number.floatValue();
        if (type == short.class || type == Short.class) return number.decimal().toBigInteger().shortValueExact();
        if (type == byte.class || type == Byte.class) return number.decimal().toBigInteger().byteValueExact();
        if (type == BigDecimal.class) return number.decimal();
        if (type == BigInteger.class) return number.decimal().toBigInteger();
        return number.natural();
    }

    private static Boolean truth(Object json, String text) {
        if (json instanceof Boolean) return (Boolean) json;
        if (json instanceof JsonNumber) return ((JsonNumber) json).decimal().signum() != 0;
        if (text.equals("true") || text.equals("false")) return Boolean.valueOf(text);
        throw JsonBinder.mismatch(json, Boolean.class);
    }

    /** Null for a name that the enum does not have. */
    private static Object constant(String text, Class<?> type) {
        for (Object constant : type.getEnumConstants()) if (((Enum<?>) constant).name().equals(text)) return constant;
        return null;
    }

    /** Numbers are milliseconds when they are whole and seconds when they have a fraction. */
    private static Instant instant(Object json, String text) {
        if (!(json instanceof JsonNumber)) return Instant.parse(text.length() == 10 ? text + "T00:00:00Z" : text);
        BigDecimal value = ((JsonNumber) json).decimal();
        boolean isSeconds = value.scale() > 0 || value.abs().compareTo(BigDecimal.valueOf(100_000_000_000L)) < 0;
        if (!isSeconds) return Instant.ofEpochMilli(value.longValue());
        BigInteger nanos = value.movePointRight(9).toBigInteger();
        BigInteger[] parts = nanos.divideAndRemainder(BigInteger.valueOf(1_000_000_000));
        return Instant.ofEpochSecond(parts[0].longValue(), parts[1].longValue());
    }
}
