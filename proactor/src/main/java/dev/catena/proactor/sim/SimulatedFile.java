package dev.catena.proactor.sim;

import dev.catena.ops.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.List;

/// A path in a simulated kernel, as a test sees it: to put files there before the program runs, and to look at them after.
/// Neither takes time nor fails by fault rules. May be used from any thread.
public final class SimulatedFile {
    private final Machine machine;
    private final String path;

    SimulatedFile(Machine machine, String path) {
        this.machine = machine;
        this.path = path;
    }

    /// Makes it a regular file with these bytes and no others; the directories above it are made, too.
    ///
    /// @throws IllegalStateException if there is something else at the path
    public SimulatedFile write(byte[] bytes) {
        try (var _ = machine.lock.hold()) {
            var file = machine.files.preset(path);
            file.pages().resize(0);
            file.pages().write(0, bytes);
            file.written();
        } catch (FileTree.Refused refused) {
            throw new IllegalStateException(
                    path + " cannot be a file: " + refused.getMessage(), refused);
        }
        return this;
    }

    /// Makes it a regular file with this text in UTF-8.
    public SimulatedFile write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The bytes of the regular file.
    ///
    /// @throws IOException if there is none
    public byte[] bytes() throws IOException {
        try (var _ = machine.lock.hold()) {
            if (machine.files.find(path, true).existing() instanceof Inode.File file) {
                return file.pages().read(0, Math.toIntExact(file.size()));
            }
            throw new FileSystemException(path, null, "it is not a regular file");
        } catch (FileTree.Refused refused) {
            throw missing(refused);
        }
    }

    /// The text of the regular file, in UTF-8.
    ///
    /// @throws IOException if there is none
    public String text() throws IOException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /// Whether there is anything at the path.
    public boolean exists() {
        try (var _ = machine.lock.hold()) {
            return machine.files.find(path, true).inode() != null;
        } catch (FileTree.Refused refused) {
            return false;
        }
    }

    /// What it is.
    ///
    /// @throws IOException if there is nothing
    public FileStatus status() throws IOException {
        try (var _ = machine.lock.hold()) {
            return machine.files.find(path, true).existing().status();
        } catch (FileTree.Refused refused) {
            throw missing(refused);
        }
    }

    /// The names in the directory, sorted.
    ///
    /// @throws IOException if there is none
    public List<String> names() throws IOException {
        try (var _ = machine.lock.hold()) {
            if (machine.files.find(path, true).existing() instanceof Inode.Directory directory) {
                return List.copyOf(directory.entries().keySet());
            }
            throw new FileSystemException(path, null, "it is not a directory");
        } catch (FileTree.Refused refused) {
            throw missing(refused);
        }
    }

    private FileNotFoundException missing(FileTree.Refused refused) {
        var missing = new FileNotFoundException(path + ": " + refused.getMessage());
        missing.initCause(refused);
        return missing;
    }

    /// The path.
    @Override
    public String toString() {
        return path;
    }
}
