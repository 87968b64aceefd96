package lambdakit.runtime;

/** Puts the request ID where Log4j's layouts find it, when the function uses Lambda's Log4j appender. */
final class LogContext {
    private LogContext() {}

    static void put(String requestId) {
        ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
        putInto(classLoader, "org.apache.log4j.MDC", Object.class, requestId);
        putInto(classLoader, "org.apache.logging.log4j.ThreadContext", String.class, requestId);
    }

    private static void putInto(ClassLoader classLoader, String className, Class<?> valueType, String requestId) {
        try {
            Class.forName(className, true, classLoader)
                    .getMethod("put", String.class, valueType)
                    .invoke(null, "AWSRequestId", requestId);
        } catch (ReflectiveOperationException | LinkageError e) {
            // The function uses the other generation of Log4j.
        }
    }
}
