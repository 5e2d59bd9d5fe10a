import io.trino.server.Server;

/** Starts Trino, and ends it when standard input closes: with the process that started it, however that one ended. */
public final class LocalTrino
{
    private LocalTrino() {}

    public static void main(String[] args)
    {
        Thread.ofPlatform().daemon().name("parent-watch").start(LocalTrino::endWithParent);
        new Server().start(args[0]);
    }

    private static void endWithParent()
    {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes here: only the end of the stream matters.
            }
        }
        catch (java.io.IOException e) {
            // A broken pipe says the same.
        }
        // Nothing outlives a local Athena, so there is nothing to shut down in order.
        Runtime.getRuntime().halt(0);
    }
}
