package io.github.evidently.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The native SQLite, which sqlite-jdbc unpacks from its jar before it can load it. The image has it unpacked (ADR 24).
 *
 * <p>It needs a directory to write to and to execute from: {@code java.io.tmpdir}, or else one of ours.
 */
final class SqliteLibrary {

    private static final String DIRECTORY_PROPERTY = "org.sqlite.tmpdir";

    private SqliteLibrary() {}

    /** @throws StoreUnusableException when it can be loaded neither from there nor from where temporary files are */
    static void load(Path directory) {
        if (isLoaded()) {
            return;
        }
        String before = System.getProperty(DIRECTORY_PROPERTY);
        Path usual = Path.of(before == null ? System.getProperty("java.io.tmpdir") : before);
        System.setProperty(DIRECTORY_PROPERTY, directory.toString());
        if (!isLoaded()) {
            throw new StoreUnusableException(
                    "The native library of SQLite cannot be loaded: " + reason(usual) + ", and " + reason(directory)
                            + ".",
                    "Name a directory that the server's user can write to and that is not mounted noexec:"
                            + " java -Djava.io.tmpdir=DIRECTORY -jar ….",
                    null);
        }
    }

    private static boolean isLoaded() {
        try {
            return SQLiteJDBCLoader.initialize();
        } catch (Exception e) { // That is what it declares.
            return false;
        }
    }

    private static String reason(Path directory) {
        try {
            Files.delete(Files.createTempFile(directory, "evidently-", ".tmp"));
            return directory.toAbsolutePath() + " is mounted noexec, or has no library for this system";
        } catch (IOException e) {
            return directory.toAbsolutePath() + " cannot be written (" + StoreUnusableException.reason(e) + ")";
        }
    }
}
