package javax.crac;

/** A hook before the snapshot failed; the reasons are the suppressed exceptions. */
public class CheckpointException extends Exception {
    private static final long serialVersionUID = 1L;

    public CheckpointException() {}

    public CheckpointException(String message) {
        super(message);
    }
}
