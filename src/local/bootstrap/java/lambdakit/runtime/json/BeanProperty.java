package lambdakit.runtime.json;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;

/** One property of a bean: a getter, a setter or a public field. */
final class BeanProperty {
    final String name;
    Method getter;
    Method setter;
    /** Set when the field itself is public. */
    Field field;

    BeanProperty(String name) {
        this.name = name;
    }

    boolean isReadable() {
        return getter != null || field != null;
    }

    /** Null when the property cannot be set. */
    Type writableType() {
        if (setter != null) return setter.getGenericParameterTypes()[0];
        return field == null ? null : field.getGenericType();
    }

    Object read(Object bean) {
        try {
            return getter != null ? getter.invoke(bean) : field.get(bean);
        } catch (InvocationTargetException e) {
            throw new JsonException(describe(e.getCause()), e.getCause());
        } catch (IllegalAccessException e) {
            throw new JsonException(describe(e), e);
        }
    }

    void write(Object bean, Object value) {
        try {
            if (setter != null) setter.invoke(bean, value);
            else field.set(bean, value);
        } catch (InvocationTargetException e) {
            throw new JsonException(describe(e.getCause()), e.getCause());
        } catch (IllegalAccessException e) {
            throw new JsonException(describe(e), e);
        }
    }

    private String describe(Throwable cause) {
        return "Problem with property \"" + name + "\": " + cause;
    }
}
