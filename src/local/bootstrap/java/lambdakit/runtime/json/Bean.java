package lambdakit.runtime.json;

import java.beans.Introspector;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The properties of a class by the rules of Lambda's mapper: getters, setters and public fields, names as
 * java.beans has them, in the order of the fields.
 */
final class Bean {
    /** Event classes of aws-lambda-java-events, whose names differ from the JSON in case and hyphens. */
    private static final String EVENTS = "com.amazonaws.services.lambda.runtime.events.";

    private static final Map<Class<?>, Bean> KNOWN = new HashMap<>();

    private final boolean isEvent;
    private final Map<String, BeanProperty> properties = new LinkedHashMap<>();
    /** Property names without case, hyphens and underscores, for events only. */
    private final Map<String, BeanProperty> loose = new HashMap<>();

    private Bean(Class<?> type) {
        isEvent = type.getName().startsWith(EVENTS);
        List<Class<?>> lineage = new ArrayList<>();
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) lineage.add(0, at);
        Map<String, BeanProperty> all = new LinkedHashMap<>();
        for (Class<?> at : lineage) addFields(all, at);
        // Static member classes need not be public, their public methods are still part of the bean.
        for (Class<?> at : lineage) addMethods(all, at);
        all.forEach((name, property) -> {
            if (!property.isReadable() && property.writableType() == null) return;
            properties.put(name, property);
            loose.put(looseName(name), property);
        });
    }

    static synchronized Bean of(Class<?> type) {
        Bean known = KNOWN.get(type);
        if (known == null) {
            known = new Bean(type);
            KNOWN.put(type, known);
        }
        return known;
    }

    Iterable<BeanProperty> properties() {
        return properties.values();
    }

    /** Null when there is no such property. */
    BeanProperty property(String name) {
        BeanProperty exact = properties.get(name);
        return exact != null || !isEvent ? exact : loose.get(looseName(name));
    }

    static String looseName(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** The instance fields as constructors without names are matched against them. */
    static List<Field> instanceFields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) fields.add(field);
        }
        return fields;
    }

    /** The constructor without parameters, whatever its visibility; null when there is none. */
    static Constructor<?> emptyConstructor(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static void addFields(Map<String, BeanProperty> all, Class<?> type) {
        for (Field field : instanceFields(type)) {
            BeanProperty property = all.computeIfAbsent(field.getName(), BeanProperty::new);
            if (!Modifier.isPublic(field.getModifiers()) || Modifier.isTransient(field.getModifiers())) continue;
            field.setAccessible(true);
            property.field = field;
        }
    }

    private static void addMethods(Map<String, BeanProperty> all, Class<?> type) {
        for (Method method : type.getDeclaredMethods()) {
            int modifiers = method.getModifiers();
            if (!Modifier.isPublic(modifiers) || Modifier.isStatic(modifiers) || method.isBridge()) continue;
            if (method.getParameterCount() == 1) addSetter(all, method);
            if (method.getParameterCount() == 0) addGetter(all, method);
        }
    }

    private static void addSetter(Map<String, BeanProperty> all, Method method) {
        if (!isPrefixed(method, "set")) return;
        method.setAccessible(true);
        all.computeIfAbsent(Introspector.decapitalize(method.getName().substring(3)), BeanProperty::new).setter = method;
    }

    private static void addGetter(Map<String, BeanProperty> all, Method method) {
        Class<?> type = method.getReturnType();
        boolean isFlag = type == boolean.class || type == Boolean.class;
        String name = isPrefixed(method, "get") && type != void.class
                ? method.getName().substring(3)
                : isPrefixed(method, "is") && isFlag ? method.getName().substring(2) : isRecordMember(method) ? method.getName() : null;
        if (name == null) return;
        method.setAccessible(true);
        all.computeIfAbsent(Introspector.decapitalize(name), BeanProperty::new).getter = method;
    }

    private static boolean isPrefixed(Method method, String prefix) {
        return method.getName().length() > prefix.length() && method.getName().startsWith(prefix);
    }

    private static boolean isRecordMember(Method method) {
        Class<?> owner = method.getDeclaringClass();
        if (!isRecord(owner)) return false;
        for (Field field : instanceFields(owner)) if (field.getName().equals(method.getName())) return true;
        return false;
    }

    /** By name, because this program also runs where there are no records. */
    static boolean isRecord(Class<?> type) {
        return type.getSuperclass() != null && type.getSuperclass().getName().equals("java.lang.Record");
    }
}
