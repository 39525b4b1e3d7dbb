"""Faults planted into the server, so that a check can be seen to find them.

A variant of one class is compiled and put before the packaged application; the sources stay as they are.
"""

import subprocess

from server import ROOT

SOURCES = ROOT / "src/main/java/io/github/evidently"

# Name: source, what stands there, what takes its place, and so on by pairs.
PLANTS = {
    "no sync": (
        "persistence/sqlite/SqliteConnections.java", "SQLiteConfig.SynchronousMode.FULL", "SQLiteConfig.SynchronousMode.OFF"),
    # The wait stands for a slow disk: what is lost then is lost on a fast one too, but more rarely.
    "answer before the commit": (
        "persistence/sqlite/GroupCommitter.java",
        "            connection.commit();\n",
        "            for (CommitTask<?> task : group) {\n"
        "                task.succeed();\n"
        "            }\n"
        "            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);\n"
        "            connection.commit();\n"),
    "retries forgotten": (
        "persistence/sqlite/RetryWindow.java",
        '        add(transaction, "INSERT INTO main.call (project_id, key, batch_id) VALUES (?, ?, ?)", projectId, key,'
        " batch);\n",
        ""),
    "failed commits acknowledged": (
        "persistence/sqlite/GroupCommitter.java",
        "        listener.failed();\n"
        "        for (CommitTask<?> task : group) {\n"
        "            task.future.completeExceptionally(failure);\n",
        "        listener.failed();\n"
        "        for (CommitTask<?> task : group) {\n"
        "            task.succeed();\n"),
    "lost database overlooked": (
        "persistence/sqlite/StoreDirectory.java", "if (wasThere && !isThere) {", "if (wasThere && !isThere && openFiles != null) {",
        # What was acknowledged is missed by its position, too.
        "if (reached < lock.position()) {", "if (reached < 0) {"),
    "lost events overlooked": ("persistence/sqlite/StoreDirectory.java", "if (reached < lock.position()) {", "if (reached < 0) {"),
    "damaged log overlooked": (
        "persistence/sqlite/DatabaseOpening.java", "LogCheck.isDamaged(directory.log())", "!Files.exists(directory.log())",
        # What SQLite then leaves out is missed by its position, too.
        "            directory.requireReached(StorePosition.read(opened));\n", "            StorePosition.read(opened);\n"),
    "running on without the database": (
        "persistence/sqlite/OpenFiles.java",
        "    void requireDatabaseInPlace() {\n",
        "    void requireDatabaseInPlace() {\n        if (databaseSize >= 0) {\n            return;\n        }\n"),
    "unknown versions are failures": ("wire/HttpErrors.java", "            case 501, 505 -> ofRequest();\n", ""),
    "bodies never given up": (
        "wire/BodyWaits.java", "now - wait.since >= AGE_MIN.toNanos()", "now - wait.since < 0"),
    "bodies reserved ahead": (
        "wire/RequestBodies.java",
        "        // One byte more than announced,",
        "        reservation.add((int) Math.max(announced, PIECE));\n        // One byte more than announced,"),
    "no eviction": (
        "wire/EvidentlyEndpoint.java",
        "if (!bodyWaits.giveUp(shareOf(isUrgent)) && !evict(isUrgent, maySpare)) {",
        "if (openMax > 0 || evict(isUrgent, maySpare)) {"),
    "slices of results without a bound": (
        "results/Slices.java", "static final int SLICES_MAX = 384;", "static final int SLICES_MAX = 1 << 26;"),
    "no checkpoints": ("persistence/sqlite/Checkpointer.java", "if (logBytes >= LOG_BYTES_MAX) {", "if (logBytes < 0) {"),
    "no bound of the queue": (
        "event/EventIngest.java",
        "if (!queue.tryAcquire(events.size())) {",
        "queue.release(events.size());\n        if (!queue.tryAcquire(events.size())) {"),
    "sequence before the transaction": (
        "persistence/postgresql/AppendTransaction.java",
        "    private final PreparedStatement probe;\n",
        "    private final PreparedStatement probe;\n    private long base;\n",
        "            Map<CallId, UUID> calls = calls(rest);\n",
        "            Map<CallId, UUID> calls = calls(rest);\n"
        "            long events = rest.stream().flatMap(append -> append.batches.stream())"
        ".mapToLong(encoded -> encoded.batch.events().size()).sum();\n"
        "            try (var update = connection.createStatement(); var row = update.executeQuery(\n"
        "                    \"UPDATE event_counter SET last_sequence = last_sequence + \" + events\n"
        "                            + \" RETURNING last_sequence - \" + events)) {\n"
        "                row.next();\n"
        "                base = row.getLong(1);\n"
        "            }\n"
        "            connection.commit();\n",
        "                UPDATE event_counter SET last_sequence = last_sequence + ?, bytes = bytes + ?\n"
        "                RETURNING last_sequence - ? AS base)\n",
        "                SELECT 0 * ?::bigint + 0 * ?::bigint + ?::bigint AS base)\n",
        "        store.setLong(3, end);\n",
        "        store.setLong(3, base);\n"),
    "answer before PostgreSQL's commit": (
        "persistence/postgresql/AppendTransaction.java",
        "        if (added.isEmpty()) {\n            connection.rollback();\n",
        "        group.forEach(Append::acknowledge);\n"
        "        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);\n"
        "        if (added.isEmpty()) {\n            connection.rollback();\n"),
    "call key in a transaction of its own": (
        "persistence/postgresql/AppendTransaction.java",
        "        return recorded;\n",
        "        connection.commit();\n"
        "        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);\n"
        "        return recorded;\n"),
    "no refresh": (
        "state/ControlPlane.java",
        "        long known = current.version();\n",
        "        if (current != null) {\n            return;\n        }\n        long known = current.version();\n"),
}


class Plants:
    def __init__(self, runtime):
        self.runtime = runtime

    def make(self, name):
        """The directory of the variant's classes."""
        source, *pairs = PLANTS[name]
        text = (SOURCES / source).read_text()
        for old, new in zip(pairs[::2], pairs[1::2]):
            if text.count(old) != 1:
                raise RuntimeError(f"{source} has {text.count(old)} times what the plant '{name}' replaces")
            text = text.replace(old, new)
        directory = self.runtime.new_directory("plant")
        variant = directory / source.rsplit("/", 1)[-1]
        variant.write_text(text)
        done = subprocess.run(
            [self.runtime.jdk / "bin/javac", "-parameters", "-proc:none", "-nowarn", "-cp",
             f"{self.runtime.directory}/evidently-emulator.jar:{self.runtime.directory}/lib/*", "-d", directory,
             variant],
            capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the plant '{name}' does not compile: {done.stderr[-2000:]}")
        return directory
