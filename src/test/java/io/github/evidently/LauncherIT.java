package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged jar does before it starts the server. */
class LauncherIT {

    private static final int CLASS_MAGIC = 0xCAFEBABE;
    private static final int CLASS_VERSION_OF_JAVA_17 = 61;

    @TempDir
    Path directory;

    @Test
    void versionIsPrintedAndEndsWithZero() throws Exception {
        try (ServerProcess process = ServerProcess.runJar("--version", storeDirectory())) {
            assertThat(process.awaitEnd()).isZero();
            assertThat(process.output()).singleElement().asString().matches("evidently-emulator \\d+\\.\\d+\\.\\d+.*");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void helpIsPrintedAndEndsWithZero() throws Exception {
        try (ServerProcess process = ServerProcess.runJar(storeDirectory(), "--help")) {
            assertThat(process.awaitEnd()).isZero();
            assertThat(String.join("\n", process.output()))
                    .startsWith("Usage: java -jar evidently-emulator.jar")
                    .contains("SERVER_PORT", "SERVER_ADDRESS", "EVIDENTLY_PROJECT_NAMES", "README.md");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatTellsAnOlderJavaCanBeReadByIt() throws IOException {
        try (JarFile jar = new JarFile("target/evidently-emulator.jar")) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            String loader = manifest.getValue(Attributes.Name.MAIN_CLASS);
            String start = manifest.getValue("Start-Class");

            assertThat(classVersion(jar, loader)).isLessThanOrEqualTo(CLASS_VERSION_OF_JAVA_17);
            assertThat(classVersion(jar, "BOOT-INF.classes." + start)).isLessThanOrEqualTo(CLASS_VERSION_OF_JAVA_17);
        }
    }

    private static int classVersion(JarFile jar, String name) throws IOException {
        try (DataInputStream in =
                new DataInputStream(jar.getInputStream(jar.getEntry(name.replace('.', '/') + ".class")))) {
            assertThat(in.readInt()).isEqualTo(CLASS_MAGIC);
            in.readUnsignedShort(); // The minor version.
            return in.readUnsignedShort();
        }
    }

    private String storeDirectory() {
        return "--evidently.store.directory=" + directory.resolve("data");
    }
}
