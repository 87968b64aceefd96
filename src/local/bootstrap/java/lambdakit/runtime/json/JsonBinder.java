package lambdakit.runtime.json;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes objects out of what {@link JsonReader} read. The rules are those of the mapper in Lambda's Java
 * runtimes: unknown properties are ignored, an empty text is a missing object, a single value is a list of one.
 */
public final class JsonBinder {
    /** What the type variables of the class being bound stand for. */
    private final Map<TypeVariable<?>, Type> variables;

    private JsonBinder(Map<TypeVariable<?>, Type> variables) {
        this.variables = variables;
    }

    public static Object read(String text, Type type) {
        return new JsonBinder(Collections.emptyMap()).bind(JsonReader.read(text), type);
    }

    private Object bind(Object json, Type type) {
        if (type instanceof Class) return bindClass(json, (Class<?>) type);
        if (type instanceof ParameterizedType) return bindParameterized(json, (ParameterizedType) type);
        if (type instanceof TypeVariable) {
            Type known = variables.get(type);
            return bind(json, known != null ? known : ((TypeVariable<?>) type).getBounds()[0]);
        }
        if (type instanceof WildcardType) return bind(json, ((WildcardType) type).getUpperBounds()[0]);
        return bindArray(json, ((GenericArrayType) type).getGenericComponentType());
    }

    private Object bindParameterized(Object json, ParameterizedType type) {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        if (Map.class.isAssignableFrom(raw)) return bindMap(json, raw, arguments[0], arguments[1]);
        if (Collection.class.isAssignableFrom(raw) || raw == Iterable.class) return bindCollection(json, raw, arguments[0]);
        if (raw == Optional.class) return Optional.ofNullable(bind(json, arguments[0]));
        Map<TypeVariable<?>, Type> inner = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            Type argument = arguments[i];
            inner.put(raw.getTypeParameters()[i], variables.getOrDefault(argument, argument));
        }
        return new JsonBinder(inner).bindClass(json, raw);
    }

    private Object bindClass(Object json, Class<?> type) {
        if (json == null) return type == Optional.class ? Optional.empty() : Scalars.absent(type);
        if (type == Object.class) return natural(json);
        if (Scalars.isScalar(type)) return Scalars.bind(json, type);
        if (type == byte[].class && json instanceof String) return Scalars.base64((String) json);
        if (type.isArray()) return bindArray(json, type.getComponentType());
        if (Map.class.isAssignableFrom(type)) return bindMap(json, type, Object.class, Object.class);
        if (Collection.class.isAssignableFrom(type) || type == Iterable.class) return bindCollection(json, type, Object.class);
        if (json instanceof Map) return bindObject((Map<?, ?>) json, type);
        if (json instanceof List && ((List<?>) json).size() <= 1) {
            // One value in brackets stands for itself, none for nothing.
            List<?> list = (List<?>) json;
            return list.isEmpty() ? null : bindClass(list.get(0), type);
        }
        if ("".equals(json)) return null;
        return Scalars.fromText(json, type);
    }

    private static Object natural(Object json) {
        if (json instanceof JsonNumber) return ((JsonNumber) json).natural();
        if (json instanceof Map) {
            Map<String, Object> map = new LinkedHashMap<>();
            ((Map<?, ?>) json).forEach((key, value) -> map.put((String) key, natural(value)));
            return map;
        }
        if (!(json instanceof List)) return json;
        List<Object> list = new ArrayList<>();
        for (Object element : (List<?>) json) list.add(natural(element));
        return list;
    }

    private Object bindArray(Object json, Type elementType) {
        if (json == null) return null;
        List<?> elements = json instanceof List ? (List<?>) json : Collections.singletonList(json);
        Object array = Array.newInstance(rawClass(elementType), elements.size());
        for (int i = 0; i < elements.size(); i++) Array.set(array, i, bind(elements.get(i), elementType));
        return array;
    }

    private Object bindCollection(Object json, Class<?> type, Type elementType) {
        if (json == null) return null;
        @SuppressWarnings("unchecked")
        Collection<Object> collection = (Collection<Object>) newContainer(type);
        List<?> elements = json instanceof List ? (List<?>) json : Collections.singletonList(json);
        for (Object element : elements) collection.add(bind(element, elementType));
        return collection;
    }

    private Object bindMap(Object json, Class<?> type, Type keyType, Type valueType) {
        if (json == null || "".equals(json)) return null;
        if (!(json instanceof Map)) throw mismatch(json, type);
        @SuppressWarnings("unchecked")
        Map<Object, Object> map = (Map<Object, Object>) newContainer(type);
        ((Map<?, ?>) json).forEach((key, value) -> map.put(bind(key, keyType), bind(value, valueType)));
        return map;
    }

    private static Object newContainer(Class<?> type) {
        if (!type.isInterface() && !Modifier.isAbstract(type.getModifiers())) return create(Bean.emptyConstructor(type), type);
        if (SortedMap.class.isAssignableFrom(type)) return new TreeMap<>();
        if (Map.class.isAssignableFrom(type)) return new LinkedHashMap<>();
        if (SortedSet.class.isAssignableFrom(type)) return new TreeSet<>();
        if (Set.class.isAssignableFrom(type)) return new LinkedHashSet<>();
        return Queue.class.isAssignableFrom(type) || type == Deque.class ? new ArrayDeque<>() : new ArrayList<>();
    }

    private Object bindObject(Map<?, ?> json, Class<?> type) {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw new JsonException("Cannot construct instance of `" + type.getName()
                    + "`: abstract types need a concrete class to map to");
        }
        Constructor<?> constructor = Bean.isRecord(type) ? null : Bean.emptyConstructor(type);
        if (constructor == null) return bindByConstructor(json, type);
        Object bean = create(constructor, type);
        Bean properties = Bean.of(type);
        json.forEach((name, value) -> {
            BeanProperty property = properties.property((String) name);
            if (property != null && property.writableType() != null) {
                property.write(bean, bind(value, property.writableType()));
            }
        });
        return bean;
    }

    /** Records, and event classes whose only constructor takes all fields in their order. */
    private Object bindByConstructor(Map<?, ?> json, Class<?> type) {
        List<Field> fields = Bean.instanceFields(type);
        Map<String, Object> loose = new HashMap<>();
        json.forEach((name, value) -> loose.put(Bean.looseName((String) name), value));
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            Type[] parameters = constructor.getGenericParameterTypes();
            if (parameters.length != fields.size()) continue;
            Object[] arguments = new Object[parameters.length];
            for (int i = 0; i < arguments.length; i++) {
                String name = fields.get(i).getName();
                Object value = json.containsKey(name) ? json.get(name) : loose.get(Bean.looseName(name));
                arguments[i] = bind(value, parameters[i]);
            }
            constructor.setAccessible(true);
            return create(constructor, type, arguments);
        }
        throw new JsonException("Cannot construct instance of `" + type.getName()
                + "` (no Creators, like default constructor, exist)");
    }

    private static Object create(Constructor<?> constructor, Class<?> type, Object... arguments) {
        try {
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException | NullPointerException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new JsonException("Cannot construct instance of `" + type.getName() + "`, problem: " + cause.getMessage(), cause);
        }
    }

    private Class<?> rawClass(Type type) {
        if (type instanceof Class) return (Class<?>) type;
        if (type instanceof ParameterizedType) return (Class<?>) ((ParameterizedType) type).getRawType();
        return variables.containsKey(type) ? rawClass(variables.get(type)) : Object.class;
    }

    static JsonException mismatch(Object json, Class<?> type) {
        String kind = json instanceof Map ? "Object" : json instanceof List ? "Array" : json instanceof String ? "String" : "scalar";
        return new JsonException("Cannot deserialize value of type `" + type.getTypeName() + "` from " + kind + " value");
    }
}
