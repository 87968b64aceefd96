package lambdakit.runtime;

import com.amazonaws.services.lambda.runtime.CustomPojoSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.ServiceLoader;
import lambdakit.runtime.json.JsonBinder;
import lambdakit.runtime.json.JsonWriter;

/** Turns bytes into objects and back, by the function's own serializer when it brings one. */
final class PojoCodec {
    private final CustomPojoSerializer custom;

    PojoCodec(ClassLoader classLoader) {
        Iterator<CustomPojoSerializer> found = ServiceLoader.load(CustomPojoSerializer.class, classLoader).iterator();
        custom = found.hasNext() ? found.next() : null;
        if (custom != null && found.hasNext()) {
            throw UserFault.of("Too many serializers provided inside the META-INF/services folder, only one is allowed");
        }
    }

    Object read(byte[] json, Type type) {
        if (custom != null) return custom.fromJson(new ByteArrayInputStream(json), type);
        return JsonBinder.read(new String(json, StandardCharsets.UTF_8), type);
    }

    byte[] write(Object value, Type type) {
        if (custom == null) return JsonWriter.write(value).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        custom.toJson(value, output, type);
        return output.toByteArray();
    }
}
