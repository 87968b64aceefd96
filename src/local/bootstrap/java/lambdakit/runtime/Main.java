package lambdakit.runtime;

import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import com.amazonaws.services.lambda.runtime.LambdaRuntimeInternal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import javax.crac.Core;

/**
 * The program that runs inside the process of a Java function: it loads the handler, asks the Runtime API
 * for events and reports what the handler returns or throws. The optional argument is the folder of the
 * layers. What functions see follows aws-lambda-java-runtime-interface-client.
 */
public final class Main {
    private static final int EXIT_INIT_ERROR = 1;
    private static final int EXIT_RESTORE_ERROR = 64;
    /** Where the X-Ray SDK looks for the trace header. */
    private static final String TRACE_PROPERTY = "com.amazonaws.xray.traceHeader";

    private final RuntimeApi api;
    private final FunctionLogger logger;

    private Main(RuntimeApi api, FunctionLogger logger) {
        this.api = api;
        this.logger = logger;
    }

    public static void main(String[] args) throws IOException {
        Map<String, String> environment = System.getenv();
        // Without buffers, so that what a crashing function wrote is not lost.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8"));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), false, "UTF-8"));
        FunctionLogger logger = FunctionLogger.fromEnvironment(environment);
        LambdaRuntime.setLogger(logger);
        FunctionClassLoader classLoader =
                new FunctionClassLoader(environment.get("LAMBDA_TASK_ROOT"), args.length > 0 ? args[0] : "/opt");
        Thread.currentThread().setContextClassLoader(classLoader);
        Main runtime = new Main(new RuntimeApi(environment.get("AWS_LAMBDA_RUNTIME_API")), logger);
        runtime.run(classLoader, environment);
        System.exit(0);
    }

    private void run(ClassLoader classLoader, Map<String, String> environment) throws IOException {
        EventHandler handler = load(classLoader, environment.get("_HANDLER"));
        if ("snap-start".equals(environment.get("AWS_LAMBDA_INITIALIZATION_TYPE"))) takeSnapshot();
        boolean isAlive = true;
        while (isAlive) isAlive = invoke(handler, api.next());
    }

    private EventHandler load(ClassLoader classLoader, String handler) throws IOException {
        try {
            return new HandlerLoader(classLoader).load(handler);
        } catch (UserFault fault) {
            logger.logError(UserFault.logText(fault));
            api.postInitError(ErrorReport.of(fault));
            System.exit(EXIT_INIT_ERROR);
            return null;
        }
    }

    /** Returns whether the process may take another event. */
    private boolean invoke(EventHandler handler, HttpConnection.Response event) throws IOException {
        String requestId = event.headers.get("lambda-runtime-aws-request-id");
        setTrace(event.headers.get("lambda-runtime-trace-id"));
        logger.beginInvocation(requestId, event.headers.get("lambda-runtime-aws-tenant-id"));
        byte[] result;
        try {
            FunctionContext context = new FunctionContext(event.headers, logger);
            if (LambdaRuntimeInternal.getUseLog4jAppender()) LogContext.put(requestId);
            result = handler.call(event.body, context);
        } catch (Throwable thrown) {
            UserFault.withoutOwnFrames(thrown);
            api.postError(requestId, ErrorReport.of(thrown));
            logger.logError(UserFault.logText(thrown));
            boolean isFatalFault = thrown instanceof UserFault && ((UserFault) thrown).isFatal;
            return !(thrown instanceof VirtualMachineError || thrown instanceof IOError || isFatalFault);
        }
        api.postResponse(requestId, result);
        // The function may have interrupted this thread; the next wait must not end at once.
        Thread.interrupted();
        return true;
    }

    private static void setTrace(String trace) {
        if (trace == null || trace.isEmpty()) System.clearProperty(TRACE_PROPERTY);
        else System.setProperty(TRACE_PROPERTY, trace);
    }

    private void takeSnapshot() throws IOException {
        try {
            Core.getGlobalContext().beforeCheckpoint(null);
            api.restoreNext();
        } catch (Exception e) {
            logger.logError(UserFault.logText(e));
            api.postInitError(ErrorReport.of(e, ErrorReport.BEFORE_CHECKPOINT_ERROR));
            System.exit(EXIT_RESTORE_ERROR);
        }
        try {
            Core.getGlobalContext().afterRestore(null);
        } catch (Exception e) {
            logger.logError(UserFault.logText(e));
            api.postRestoreError(ErrorReport.of(e, ErrorReport.AFTER_RESTORE_ERROR));
            System.exit(EXIT_RESTORE_ERROR);
        }
    }
}
