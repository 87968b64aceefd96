package example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** Answers with a greeting. */
public class Handler implements RequestHandler<Map<String, String>, Map<String, String>> {
    @Override
    public Map<String, String> handleRequest(Map<String, String> event, Context context) {
        String name = event == null ? "World" : event.getOrDefault("name", "World");
        String greeting = System.getenv().getOrDefault("GREETING", "Hello");
        System.out.println("greeting " + name);
        return Map.of("message", greeting + ", " + name + "!", "requestId", context.getAwsRequestId());
    }
}
