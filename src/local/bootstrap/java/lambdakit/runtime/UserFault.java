package lambdakit.runtime;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Something is wrong with the function's code: no such class, no such method, a constructor that throws. */
final class UserFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String OWN_PACKAGE = UserFault.class.getPackage().getName();

    final String message;
    /** Null when no exception caused it. */
    final String exceptionType;
    final String trace;
    /** A fatal fault fails init; another one fails every invocation. */
    final boolean isFatal;

    private UserFault(String message, String exceptionType, String trace, boolean isFatal) {
        super(message);
        this.message = message;
        this.exceptionType = exceptionType;
        this.trace = trace;
        this.isFatal = isFatal;
    }

    static UserFault of(String message) {
        return new UserFault(message, null, null, false);
    }

    static UserFault of(Throwable cause, boolean isFatal) {
        return of(messageOf(cause), cause, isFatal);
    }

    static UserFault of(String message, Throwable cause, boolean isFatal) {
        return new UserFault(message, cause.getClass().getName(), trace(cause), isFatal);
    }

    static String messageOf(Throwable thrown) {
        return thrown.getLocalizedMessage() == null ? thrown.getClass().getName() : thrown.getLocalizedMessage();
    }

    /** The text for the log: message, type and stack trace. */
    static String logText(Throwable thrown) {
        UserFault fault = thrown instanceof UserFault ? (UserFault) thrown : of(thrown, false);
        if (fault.exceptionType == null) return fault.message + "\n";
        return fault.message + ": " + fault.exceptionType + "\n" + fault.trace + "\n";
    }

    /** Cuts the frames of this program and of what called it, also from causes and suppressed exceptions. */
    static <T extends Throwable> T withoutOwnFrames(T thrown) {
        cut(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
        return thrown;
    }

    private static void cut(Throwable thrown, Set<Throwable> seen) {
        if (thrown == null || !seen.add(thrown)) return;
        StackTraceElement[] frames = thrown.getStackTrace();
        for (int i = 0; i < frames.length; i++) {
            if (frames[i].getClassName().startsWith(OWN_PACKAGE)) {
                thrown.setStackTrace(Arrays.copyOf(frames, i));
                break;
            }
        }
        cut(thrown.getCause(), seen);
        for (Throwable suppressed : thrown.getSuppressed()) cut(suppressed, seen);
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        withoutOwnFrames(thrown).printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
