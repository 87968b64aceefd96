package lambdakit.runtime;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the handler that a handler string names: `package.Class`, which implements RequestHandler or
 * RequestStreamHandler, or `package.Class::method` (Lambda developer guide, Java handlers).
 */
final class HandlerLoader {
    private final ClassLoader classLoader;

    HandlerLoader(ClassLoader classLoader) {
        this.classLoader = classLoader;
    }

    /** @throws UserFault that is fatal: it fails init. What is not fatal fails the invocations. */
    EventHandler load(String handler) {
        int colons = handler.lastIndexOf("::");
        String className = colons < 0 ? handler : handler.substring(0, colons);
        String methodName = colons < 0 ? null : handler.substring(colons + 2);
        if (className.isEmpty() || "".equals(methodName)) {
            return EventHandler.failing(UserFault.of("Invalid handler: `" + handler + "'"));
        }
        try {
            Class<?> type = Class.forName(className, true, classLoader);
            return methodName == null ? interfaceHandler(type) : methodHandler(type, methodName);
        } catch (UserFault fault) {
            if (fault.isFatal) throw fault;
            return EventHandler.failing(fault);
        } catch (ClassNotFoundException e) {
            return EventHandler.failing(UserFault.of("Class not found: " + className, e, false));
        } catch (Throwable e) {
            String reason = e.getMessage() == null ? "" : ": " + e.getMessage();
            throw UserFault.of("Error loading class " + className + reason, e, true);
        }
    }

    private EventHandler interfaceHandler(Class<?> type) {
        if (RequestStreamHandler.class.isAssignableFrom(type)) {
            RequestStreamHandler handler = (RequestStreamHandler) create(type);
            return (event, context) -> {
                ByteArrayOutputStream output = new ByteArrayOutputStream();
                handler.handleRequest(new ByteArrayInputStream(event), output, context);
                return output.toByteArray();
            };
        }
        if (!RequestHandler.class.isAssignableFrom(type)) {
            throw UserFault.of("Class does not implement an appropriate handler interface: " + type.getName());
        }
        Type[] types = TypeArguments.of(type, RequestHandler.class);
        if (types == null) {
            throw UserFault.of("Class " + type.getName() + " does not implement RequestHandler with concrete type parameters");
        }
        @SuppressWarnings("unchecked")
        RequestHandler<Object, Object> handler = (RequestHandler<Object, Object>) create(type);
        return new PojoHandler(new PojoCodec(classLoader), types[0], types[1], handler::handleRequest);
    }

    private EventHandler methodHandler(Class<?> type, String name) {
        List<Method> candidates = new ArrayList<>();
        for (Method method : type.getMethods()) if (method.getName().equals(name)) candidates.add(method);
        // The longest signature wins; a context at its end counts as one more; bridges come last.
        candidates.sort((left, right) -> weight(right) - weight(left));
        for (Method method : candidates) {
            EventHandler handler = fitting(type, method);
            if (handler != null) return handler;
        }
        if (candidates.isEmpty()) throw UserFault.of("Class " + type.getName() + " has no public method named " + name);
        throw UserFault.of("No public method named " + name + " with appropriate method signature found on class " + type.getName());
    }

    private static int weight(Method method) {
        int count = method.getParameterCount();
        boolean hasContext = count > 0 && method.getParameterTypes()[count - 1] == Context.class;
        return (method.isBridge() ? 0 : 1000) + count + (hasContext ? 1 : 0);
    }

    /** The handler around a method, or null when its parameters fit no event. */
    private EventHandler fitting(Class<?> type, Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        int count = parameters.length;
        boolean hasContext = count > 0 && parameters[count - 1] == Context.class;
        int rest = hasContext ? count - 1 : count;
        boolean hasInput = rest > 0 && parameters[0] == InputStream.class;
        int output = hasInput ? 1 : 0;
        boolean hasOutput = rest > output && parameters[output] == OutputStream.class;
        if (rest == (hasInput ? 1 : 0) + (hasOutput ? 1 : 0) && (hasInput || hasOutput)) {
            return streamMethod(type, method, hasInput, hasOutput, hasContext);
        }
        if (rest > 1) return null;
        Type eventType = rest == 0 ? null : method.getGenericParameterTypes()[0];
        Object target = Modifier.isStatic(method.getModifiers()) ? null : create(type);
        return new PojoHandler(new PojoCodec(classLoader), eventType, method.getGenericReturnType(), (event, context) ->
                invoke(method, target, eventType == null ? null : new Object[] {event}, hasContext ? context : null));
    }

    private EventHandler streamMethod(Class<?> type, Method method, boolean hasInput, boolean hasOutput, boolean hasContext) {
        Object target = Modifier.isStatic(method.getModifiers()) ? null : create(type);
        return (event, context) -> {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            List<Object> streams = new ArrayList<>();
            if (hasInput) streams.add(new ByteArrayInputStream(event));
            if (hasOutput) streams.add(output);
            invoke(method, target, streams.toArray(), hasContext ? context : null);
            return hasOutput ? output.toByteArray() : "null".getBytes(StandardCharsets.UTF_8);
        };
    }

    private static Object invoke(Method method, Object target, Object[] leading, Context context) throws Throwable {
        List<Object> arguments = new ArrayList<>();
        if (leading != null) for (Object argument : leading) arguments.add(argument);
        if (context != null) arguments.add(context);
        try {
            return method.invoke(target, arguments.toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static Object create(Class<?> type) {
        Constructor<?> constructor;
        try {
            constructor = type.getConstructor();
        } catch (NoSuchMethodException e) {
            boolean isInner = type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
            String reason = isInner
                    ? " cannot be instantiated because it is a non-static inner class"
                    : " has no public zero-argument constructor";
            throw UserFault.of("Class " + type.getName() + reason, new Exception(e), false);
        }
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw UserFault.of(e.getCause() == null ? e : e.getCause(), true);
        } catch (ReflectiveOperationException e) {
            throw UserFault.of(e, false);
        }
    }
}
