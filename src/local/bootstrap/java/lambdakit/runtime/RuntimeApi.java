package lambdakit.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import lambdakit.runtime.json.JsonWriter;

/** The calls of the Runtime API (Lambda developer guide, custom runtimes). */
final class RuntimeApi {
    /** Larger X-Ray causes than this are not sent. */
    private static final int MAX_XRAY_CAUSE_BYTES = 1024 * 1024;

    private final HttpConnection connection;
    private final String commonHeaders;

    RuntimeApi(String address) {
        connection = new HttpConnection(address);
        commonHeaders = "host: " + address + "\r\nuser-agent: aws-lambda-java/" + System.getProperty("java.vendor.version")
                + "-" + System.getProperty("java.version") + "-lambdakit";
    }

    HttpConnection.Response next() throws IOException {
        return expect(200, connection.exchange(head("GET", "/invocation/next", ""), null));
    }

    void restoreNext() throws IOException {
        expect(200, connection.exchange(head("GET", "/restore/next", ""), null));
    }

    void postResponse(String requestId, byte[] body) throws IOException {
        String head = head("POST", "/invocation/" + requestId + "/response", "\r\ncontent-type: application/json");
        // A refusal (a body over the limit, for example) is the platform's to report.
        connection.exchange(head, body);
    }

    void postError(String requestId, ErrorReport error) throws IOException {
        post("/invocation/" + requestId + "/error", error);
    }

    void postInitError(ErrorReport error) throws IOException {
        post("/init/error", error);
    }

    void postRestoreError(ErrorReport error) throws IOException {
        post("/restore/error", error);
    }

    private void post(String path, ErrorReport error) throws IOException {
        String headers = "\r\ncontent-type: application/json\r\nLambda-Runtime-Function-Error-Type: " + error.headerType;
        String cause = error.xrayCause();
        if (cause != null && cause.length() < MAX_XRAY_CAUSE_BYTES) {
            headers += "\r\nLambda-Runtime-Function-XRay-Error-Cause: " + cause;
        }
        byte[] body = JsonWriter.write(error.payload()).getBytes(StandardCharsets.UTF_8);
        expect(202, connection.exchange(head("POST", path, headers), body));
    }

    private String head(String method, String path, String headers) {
        return method + " /2018-06-01/runtime" + path + " HTTP/1.1\r\n" + commonHeaders + headers;
    }

    private static HttpConnection.Response expect(int status, HttpConnection.Response response) throws IOException {
        if (response.status == status) return response;
        throw new IOException("The Runtime API answered with " + response.status + ": "
                + new String(response.body, StandardCharsets.UTF_8));
    }
}
