package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.amazonaws.services.lambda.runtime.Context;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandlerTest {
    private final Context context = (Context) Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, args) -> method.getName().equals("getAwsRequestId") ? "3b1f0d3e" : null);

    @Test
    void greetsByNameOrTheWorld() {
        Handler handler = new Handler();
        assertEquals("Hello, Ada!", handler.handleRequest(Map.of("name", "Ada"), context).get("message"));
        assertEquals("Hello, World!", handler.handleRequest(Map.of(), context).get("message"));
    }
}
