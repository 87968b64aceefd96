package lambdakit.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lambdakit.runtime.json.JsonWriter;

/** An error as the Runtime API takes it: the payload for the invoker, the header type and the X-Ray cause. */
final class ErrorReport {
    static final String BAD_FUNCTION_CODE = "Runtime.BadFunctionCode";
    static final String USER_EXCEPTION = "Runtime.UserException";
    static final String BEFORE_CHECKPOINT_ERROR = "Runtime.BeforeCheckpointError";
    static final String AFTER_RESTORE_ERROR = "Runtime.AfterRestoreError";

    final String headerType;
    private final String message;
    private final String type;
    /** Null for faults of the function's code, whose payload has no trace. */
    private final Throwable thrown;

    private ErrorReport(String headerType, String message, String type, Throwable thrown) {
        this.headerType = headerType;
        this.message = message;
        this.type = type;
        this.thrown = thrown;
    }

    static ErrorReport of(Throwable thrown) {
        if (!(thrown instanceof UserFault)) return of(thrown, USER_EXCEPTION);
        UserFault fault = (UserFault) thrown;
        return new ErrorReport(BAD_FUNCTION_CODE, fault.message, fault.exceptionType, null);
    }

    static ErrorReport of(Throwable thrown, String headerType) {
        return new ErrorReport(headerType, UserFault.messageOf(thrown), thrown.getClass().getName(), thrown);
    }

    /** In the platform's order; members without a value are left out. */
    Map<String, Object> payload() {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("errorMessage", message);
        if (type != null) payload.put("errorType", type);
        if (thrown == null) return payload;
        List<String> trace = new ArrayList<>();
        for (StackTraceElement element : thrown.getStackTrace()) trace.add(element.toString());
        payload.put("stackTrace", trace);
        return payload;
    }

    /** The cause document of X-Ray (X-Ray developer guide, segment documents); null when there is none. */
    String xrayCause() {
        if (thrown == null) return null;
        List<Object> stack = new ArrayList<>();
        Set<String> paths = new LinkedHashSet<>();
        for (StackTraceElement element : thrown.getStackTrace()) {
            Map<String, Object> frame = new LinkedHashMap<>();
            frame.put("label", element.getMethodName());
            frame.put("path", element.getFileName());
            frame.put("line", element.getLineNumber());
            stack.add(frame);
            if (element.getFileName() != null) paths.add(element.getFileName());
        }
        Map<String, Object> exception = new LinkedHashMap<>();
        exception.put("message", message);
        exception.put("type", type);
        exception.put("stack", stack);
        Map<String, Object> cause = new LinkedHashMap<>();
        cause.put("working_directory", System.getProperty("user.dir"));
        cause.put("exceptions", Collections.singletonList(exception));
        cause.put("paths", paths);
        return JsonWriter.write(cause).replaceAll("\\p{Cntrl}", " ");
    }
}
