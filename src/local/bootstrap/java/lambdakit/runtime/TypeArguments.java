package lambdakit.runtime;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;

/** Finds what a class puts in for the type parameters of an interface, through all classes in between. */
final class TypeArguments {
    private TypeArguments() {}

    /** Null when a parameter stays open (the interface is used without types). */
    static Type[] of(Class<?> type, Class<?> wanted) {
        return search(type, wanted, new HashMap<>());
    }

    private static Type[] search(Type type, Class<?> wanted, Map<TypeVariable<?>, Type> known) {
        Class<?> raw = type instanceof ParameterizedType ? (Class<?>) ((ParameterizedType) type).getRawType() : (Class<?>) type;
        Map<TypeVariable<?>, Type> inner = new HashMap<>();
        if (type instanceof ParameterizedType) {
            Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
            for (int i = 0; i < arguments.length; i++) {
                inner.put(raw.getTypeParameters()[i], known.getOrDefault(arguments[i], arguments[i]));
            }
        }
        if (raw == wanted) return closed(raw, inner);
        for (Type parent : raw.getGenericInterfaces()) {
            Type[] found = search(parent, wanted, inner);
            if (found != null) return found;
        }
        return raw.getGenericSuperclass() == null ? null : search(raw.getGenericSuperclass(), wanted, inner);
    }

    private static Type[] closed(Class<?> raw, Map<TypeVariable<?>, Type> arguments) {
        TypeVariable<?>[] parameters = raw.getTypeParameters();
        Type[] types = new Type[parameters.length];
        for (int i = 0; i < types.length; i++) {
            Type type = arguments.get(parameters[i]);
            if (type instanceof TypeVariable) type = ((TypeVariable<?>) type).getBounds()[0];
            if (type == null) return null;
            types[i] = type;
        }
        return types;
    }
}
