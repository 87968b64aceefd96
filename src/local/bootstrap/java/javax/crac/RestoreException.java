package javax.crac;

/** A hook after the restore failed; the reasons are the suppressed exceptions. */
public class RestoreException extends Exception {
    private static final long serialVersionUID = 1L;

    public RestoreException() {}

    public RestoreException(String message) {
        super(message);
    }
}
