package lambdakit.runtime;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import lambdakit.runtime.json.JsonWriter;

/** The logger of the function: plain text or one JSON object per message, to stdout or to the telemetry descriptor. */
final class FunctionLogger implements LambdaLogger {
    private static final int TEXT_FRAME = 0xa55a0003;
    private static final int JSON_FRAME = 0xa55a0002;
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final boolean isJson;
    private final LogLevel minimum;
    /** Null when messages go to stdout. */
    private final OutputStream frames;
    private String requestId;
    private String tenantId;

    private FunctionLogger(boolean isJson, LogLevel minimum, OutputStream frames) {
        this.isJson = isJson;
        this.minimum = minimum;
        this.frames = frames;
    }

    static FunctionLogger fromEnvironment(Map<String, String> environment) throws IOException {
        String level = environment.get("AWS_LAMBDA_LOG_LEVEL");
        String descriptor = environment.get("_LAMBDA_TELEMETRY_LOG_FD");
        return new FunctionLogger(
                "JSON".equalsIgnoreCase(environment.get("AWS_LAMBDA_LOG_FORMAT")),
                level == null ? LogLevel.UNDEFINED : LogLevel.fromString(level),
                descriptor == null ? null : new FileOutputStream("/dev/fd/" + Integer.parseInt(descriptor), true));
    }

    void beginInvocation(String requestId, String tenantId) {
        this.requestId = requestId;
        this.tenantId = tenantId;
    }

    /** Errors carry a level in JSON logs only. */
    void logError(String text) {
        log(text, isJson ? LogLevel.ERROR : LogLevel.UNDEFINED);
    }

    @Override
    public void log(String message) {
        log(message, LogLevel.UNDEFINED);
    }

    @Override
    public void log(byte[] message) {
        log(message, LogLevel.UNDEFINED);
    }

    @Override
    public void log(String message, LogLevel level) {
        if (!isEnabled(level)) return;
        String text = String.valueOf(message);
        if (isJson) text = json(text, level) + "\n";
        else if (level != LogLevel.UNDEFINED) text = "[" + level + "] " + text;
        write(text.getBytes(StandardCharsets.UTF_8), level);
    }

    @Override
    public void log(byte[] message, LogLevel level) {
        if (isEnabled(level)) write(message, level);
    }

    private boolean isEnabled(LogLevel level) {
        return level == LogLevel.UNDEFINED || level.ordinal() >= minimum.ordinal();
    }

    private String json(String message, LogLevel level) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("timestamp", TIMESTAMP.format(Instant.now()));
        line.put("message", message);
        line.put("level", level.name());
        if (requestId != null) line.put("AWSRequestId", requestId);
        if (tenantId != null) line.put("tenantId", tenantId);
        return JsonWriter.write(line);
    }

    private synchronized void write(byte[] message, LogLevel level) {
        try {
            if (frames != null) {
                frames.write(frame(message, level));
                return;
            }
            System.out.write(message, 0, message.length);
            // A message is one log event; on stdout a line end makes it one.
            if (message.length == 0 || message[message.length - 1] != '\n') System.out.write('\n');
            System.out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] frame(byte[] message, LogLevel level) {
        Instant now = Instant.now();
        return ByteBuffer.allocate(16 + message.length)
                .putInt((isJson ? JSON_FRAME : TEXT_FRAME) | level.ordinal() << 2)
                .putInt(message.length)
                .putLong(now.getEpochSecond() * 1_000_000 + now.getNano() / 1000)
                .put(message)
                .array();
    }
}
