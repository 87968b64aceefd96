package lambdakit.runtime;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One keep-alive HTTP/1.1 connection over a plain socket, because the JDK's HTTP clients load hundreds of
 * classes. Reconnects when the other side closed it.
 */
final class HttpConnection {
    static final class Response {
        final int status;
        final Map<String, String> headers;
        final byte[] body;

        Response(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }
    }

    private final String host;
    private final int port;
    private Socket socket;
    private InputStream input;

    HttpConnection(String address) {
        int colon = address.lastIndexOf(':');
        host = address.substring(0, colon);
        port = Integer.parseInt(address.substring(colon + 1));
    }

    /** Sends one request (`head` without its empty line) and waits for the answer without a time limit. */
    Response exchange(String head, byte[] body) throws IOException {
        if (socket == null) {
            socket = new Socket(host, port);
            socket.setTcpNoDelay(true);
            input = new BufferedInputStream(socket.getInputStream(), 65536);
        }
        try {
            send(head, body);
            Response response = receive();
            if ("close".equalsIgnoreCase(response.headers.get("connection"))) close();
            return response;
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void send(String head, byte[] body) throws IOException {
        OutputStream output = socket.getOutputStream();
        String length = body == null ? "" : "\r\ncontent-length: " + body.length;
        byte[] start = (head + length + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        if (body == null || body.length > 65536) {
            output.write(start);
            if (body != null) output.write(body);
            return;
        }
        byte[] whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        output.write(whole);
    }

    private Response receive() throws IOException {
        while (true) {
            int status = Integer.parseInt(line().split(" ", 3)[1]);
            Map<String, String> headers = new HashMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
            }
            if (status < 200) continue;
            boolean isChunked = "chunked".equalsIgnoreCase(headers.get("transfer-encoding"));
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return new Response(status, headers, isChunked ? chunks() : bytes(length));
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) throw new EOFException("The Runtime API closed the connection");
            if (next != '\r') line.write(next);
        }
        return new String(line.toByteArray(), StandardCharsets.UTF_8);
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int filled = 0; filled < length; ) {
            int count = input.read(bytes, filled, length - filled);
            if (count < 0) throw new EOFException("The Runtime API closed the connection");
            filled += count;
        }
        return bytes;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(bytes(size));
            line();
        }
        while (!line().isEmpty()) {
            // Trailers, of which the Runtime API has none.
        }
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line().split(";")[0].trim(), 16);
    }

    private void close() throws IOException {
        socket.close();
        socket = null;
    }
}
