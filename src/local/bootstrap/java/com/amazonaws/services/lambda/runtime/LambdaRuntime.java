package com.amazonaws.services.lambda.runtime;

/** Gives the logger to code that has no context, log appenders for example. */
public final class LambdaRuntime {
    private static volatile LambdaLogger logger = new LambdaLogger() {
        @Override
        public void log(String message) {
            System.out.print(message);
        }

        @Override
        public void log(byte[] message) {
            System.out.write(message, 0, message.length);
        }
    };

    private LambdaRuntime() {}

    public static LambdaLogger getLogger() {
        return logger;
    }

    /** For the runtime, once, before the function is loaded. */
    public static void setLogger(LambdaLogger replacement) {
        logger = replacement;
    }
}
