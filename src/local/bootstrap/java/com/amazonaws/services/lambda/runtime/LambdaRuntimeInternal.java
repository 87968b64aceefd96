package com.amazonaws.services.lambda.runtime;

/** Lets log appenders ask for the request ID in their own context map. */
public final class LambdaRuntimeInternal {
    private static volatile boolean useLog4jAppender;

    private LambdaRuntimeInternal() {}

    public static void setUseLog4jAppender(boolean useLog4j) {
        useLog4jAppender = useLog4j;
    }

    public static boolean getUseLog4jAppender() {
        return useLog4jAppender;
    }
}
