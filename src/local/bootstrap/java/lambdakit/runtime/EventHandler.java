package lambdakit.runtime;

/** A handler of any shape as a function from event bytes to result bytes. */
@FunctionalInterface
interface EventHandler {
    byte[] call(byte[] event, FunctionContext context) throws Throwable;

    /** A handler that could not be made: each invocation fails with the reason. */
    static EventHandler failing(UserFault fault) {
        return (event, context) -> {
            throw fault;
        };
    }
}
