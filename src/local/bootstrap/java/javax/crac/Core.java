package javax.crac;

import java.util.ArrayList;
import java.util.List;

/** Holds the resources of the process. */
public final class Core {
    private static final Context<Resource> GLOBAL = new GlobalContext();

    private Core() {}

    public static Context<Resource> getGlobalContext() {
        return GLOBAL;
    }

    /** On Lambda the platform decides when a snapshot is taken. */
    public static void checkpointRestore() throws CheckpointException, RestoreException {
        throw new UnsupportedOperationException("Lambda takes the snapshot by itself");
    }

    private static final class GlobalContext extends Context<Resource> {
        private final List<Resource> resources = new ArrayList<>();

        @Override
        public synchronized void register(Resource resource) {
            resources.add(resource);
        }

        /** The last registered first. */
        @Override
        public synchronized void beforeCheckpoint(Context<? extends Resource> context) throws CheckpointException {
            CheckpointException failure = new CheckpointException();
            for (int i = resources.size() - 1; i >= 0; i--) {
                try {
                    resources.get(i).beforeCheckpoint(this);
                } catch (Exception e) {
                    failure.addSuppressed(e);
                }
            }
            if (failure.getSuppressed().length > 0) throw failure;
        }

        @Override
        public synchronized void afterRestore(Context<? extends Resource> context) throws RestoreException {
            RestoreException failure = new RestoreException();
            for (Resource resource : resources) {
                try {
                    resource.afterRestore(this);
                } catch (Exception e) {
                    failure.addSuppressed(e);
                }
            }
            if (failure.getSuppressed().length > 0) throw failure;
        }
    }
}
