package lambdakit.runtime;

import com.amazonaws.services.lambda.runtime.Client;
import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.util.LinkedHashMap;
import java.util.Map;
import lambdakit.runtime.json.JsonReader;

/** The context of one invocation, from the headers of its event and the environment. */
final class FunctionContext implements Context {
    private final Map<String, String> headers;
    private final LambdaLogger logger;
    private final long deadlineMs;
    private final ClientContext clientContext;
    private final CognitoIdentity identity;

    FunctionContext(Map<String, String> headers, LambdaLogger logger) {
        this.headers = headers;
        this.logger = logger;
        deadlineMs = Long.parseLong(headers.getOrDefault("lambda-runtime-deadline-ms", "0"));
        Map<?, ?> client = object(headers.get("lambda-runtime-client-context"));
        clientContext = client == null ? null : new SentClientContext(client);
        Map<?, ?> cognito = object(headers.get("lambda-runtime-cognito-identity"));
        identity = cognito == null ? null : new SentIdentity(cognito);
    }

    @Override
    public String getAwsRequestId() {
        return headers.get("lambda-runtime-aws-request-id");
    }

    @Override
    public String getLogGroupName() {
        return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME");
    }

    @Override
    public String getLogStreamName() {
        return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME");
    }

    @Override
    public String getFunctionName() {
        return System.getenv("AWS_LAMBDA_FUNCTION_NAME");
    }

    @Override
    public String getFunctionVersion() {
        return System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
    }

    @Override
    public String getInvokedFunctionArn() {
        return headers.get("lambda-runtime-invoked-function-arn");
    }

    @Override
    public CognitoIdentity getIdentity() {
        return identity;
    }

    @Override
    public ClientContext getClientContext() {
        return clientContext;
    }

    /** Zero once the deadline is over. */
    @Override
    public int getRemainingTimeInMillis() {
        return (int) Math.max(0, deadlineMs - System.currentTimeMillis());
    }

    @Override
    public int getMemoryLimitInMB() {
        String size = System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
        return size == null ? 0 : Integer.parseInt(size);
    }

    @Override
    public LambdaLogger getLogger() {
        return logger;
    }

    @Override
    public String getTenantId() {
        return headers.get("lambda-runtime-aws-tenant-id");
    }

    @Override
    public String getXrayTraceId() {
        return headers.get("lambda-runtime-trace-id");
    }

    private static Map<?, ?> object(String json) {
        return json == null || json.isEmpty() ? null : (Map<?, ?>) JsonReader.read(json);
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }

    private static final class SentClientContext implements ClientContext, Client {
        private final Map<?, ?> json;
        private final Map<?, ?> client;

        SentClientContext(Map<?, ?> json) {
            this.json = json;
            client = json.get("client") instanceof Map ? (Map<?, ?>) json.get("client") : null;
        }

        @Override
        public Client getClient() {
            return client == null ? null : this;
        }

        @Override
        public Map<String, String> getCustom() {
            return texts("custom");
        }

        @Override
        public Map<String, String> getEnvironment() {
            return texts("env");
        }

        @Override
        public String getInstallationId() {
            return text(client.get("installation_id"));
        }

        @Override
        public String getAppTitle() {
            return text(client.get("app_title"));
        }

        @Override
        public String getAppVersionName() {
            return text(client.get("app_version_name"));
        }

        @Override
        public String getAppVersionCode() {
            return text(client.get("app_version_code"));
        }

        @Override
        public String getAppPackageName() {
            return text(client.get("app_package_name"));
        }

        private Map<String, String> texts(String name) {
            if (!(json.get(name) instanceof Map)) return null;
            Map<String, String> texts = new LinkedHashMap<>();
            ((Map<?, ?>) json.get(name)).forEach((key, value) -> texts.put(text(key), text(value)));
            return texts;
        }
    }

    private static final class SentIdentity implements CognitoIdentity {
        private final Map<?, ?> json;

        SentIdentity(Map<?, ?> json) {
            this.json = json;
        }

        @Override
        public String getIdentityId() {
            return text(json.get("cognitoIdentityId"));
        }

        @Override
        public String getIdentityPoolId() {
            return text(json.get("cognitoIdentityPoolId"));
        }
    }
}
