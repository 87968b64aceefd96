package lambdakit.runtime;

import com.amazonaws.services.lambda.runtime.Context;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/** A handler whose event and result are objects: reads the event, calls, writes the result. */
final class PojoHandler implements EventHandler {
    @FunctionalInterface
    interface Call {
        Object apply(Object event, Context context) throws Throwable;
    }

    private final PojoCodec codec;
    /** Null when the handler takes no event. */
    private final Type eventType;
    private final Type resultType;
    private final Call call;

    PojoHandler(PojoCodec codec, Type eventType, Type resultType, Call call) {
        this.codec = codec;
        this.eventType = eventType;
        this.resultType = resultType;
        this.call = call;
    }

    @Override
    public byte[] call(byte[] event, FunctionContext context) throws Throwable {
        Object input = eventType == null ? null : read(event);
        Object output = call.apply(input, context);
        if (resultType == void.class || resultType == Void.class) return "null".getBytes(StandardCharsets.UTF_8);
        try {
            return codec.write(output, resultType);
        } catch (Throwable e) {
            throw new RuntimeException("An error occurred during JSON serialization of response", e);
        }
    }

    private Object read(byte[] event) {
        try {
            return codec.read(event, eventType);
        } catch (Throwable e) {
            throw new RuntimeException("An error occurred during JSON parsing", UserFault.withoutOwnFrames(e));
        }
    }
}
