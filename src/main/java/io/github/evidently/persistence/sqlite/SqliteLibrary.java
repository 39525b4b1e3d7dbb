package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads the native SQLite library, which sqlite-jdbc must first unpack from its jar. The image has it unpacked (ADR
 * 24).
 *
 * <p>It needs a directory to write to and to execute from: one in the store's directory, which each start empties, or
 * else a new one in {@code java.io.tmpdir}, which is deleted as soon as the library is loaded. A killed server leaves
 * no such directory behind.
 */
final class SqliteLibrary {

    private static final String DIRECTORY_PROPERTY = "org.sqlite.tmpdir";
    private static final Logger log = LoggerFactory.getLogger(SqliteLibrary.class);

    private SqliteLibrary() {}

    /**
     * @throws StoreUnusableException when it can be loaded neither from there nor from the directory of temporary files
     */
    static void load(Path directory) {
        Path usual = Path.of(System.getProperty(DIRECTORY_PROPERTY, System.getProperty("java.io.tmpdir")));
        if (!isLoadedFrom(directory) && !isLoadedFromBelow(usual)) {
            throw new StoreUnusableException(
                    "The native library of SQLite cannot be loaded: " + reason(usual) + ", and " + reason(directory)
                            + ".",
                    "Name a directory that the server's user can write to and that is not mounted noexec:"
                            + " java -Djava.io.tmpdir=DIRECTORY -jar ….",
                    null);
        }
    }

    private static boolean isLoadedFromBelow(Path usual) {
        try {
            Path unpacked = Files.createTempDirectory(usual, "evidently-");
            try {
                return isLoadedFrom(unpacked);
            } finally {
                // A loaded library stays in memory.
                FileSystemUtils.deleteRecursively(unpacked);
            }
        } catch (IOException e) {
            log.debug("{} cannot be written or emptied", usual, e);
            return false;
        }
    }

    private static boolean isLoadedFrom(Path directory) {
        System.setProperty(DIRECTORY_PROPERTY, directory.toString());
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
