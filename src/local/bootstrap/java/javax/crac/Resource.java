package javax.crac;

/**
 * Something with a hook before the snapshot and one after the restore (OpenJDK CRaC; Lambda developer
 * guide, "Lambda SnapStart runtime hooks for Java"). Functions use org.crac, which finds this package.
 */
public interface Resource {
    void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

    void afterRestore(Context<? extends Resource> context) throws Exception;
}
