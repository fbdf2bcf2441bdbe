package dev.catena.spec.guide;

import static dev.catena.ops.OpenFlag.READ;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.status;
import static dev.catena.ops.Ops.unlink;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.scope.Joining;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The snippets of `docs/guide/scopes.md`.
@Timeout(60)
class ScopesTest extends GuideSpec {

    private static long size(Scope scope, Path path) throws IOException {
        return scope.await(status(path)).size();
    }

    @Test
    void tasksShouldRunSideBySide() throws Exception {
        var a = file("a", "12345");
        var b = file("b", "123");
        var proactor = proactor();
        long total =
                Scope.open(
                        proactor,
                        scope -> {
                            var first = scope.fork(() -> size(scope, a));
                            var second = scope.fork(() -> size(scope, b));
                            return first.await() + second.await();
                        });
        assertThat(total).isEqualTo(8);
        var all = ScopeOptions.of("sizes").joining(Joining.COLLECT_ALL).within(ofSeconds(10));
        assertThat(all.joining()).isEqualTo(Joining.COLLECT_ALL);
    }

    @Test
    void noMoreThanEightShouldRunAtATime() throws Exception {
        var paths = List.of(file("a", "12345"), file("b", "123"), file("c", "1"));
        var total = new AtomicLong();
        run(
                scope -> {
                    var room = new Semaphore(8);
                    for (var path : paths) {
                        room.acquire();
                        scope.fork(
                                () -> {
                                    try {
                                        total.addAndGet(size(scope, path));
                                    } finally {
                                        room.release();
                                    }
                                });
                    }
                });
        assertThat(total).hasValue(9);
    }

    @Test
    void childShouldGiveBackWhatItUsed() throws Exception {
        var path = file("a", "12345");
        run(
                scope -> {
                    byte[] head =
                            scope.child(
                                    ScopeOptions.of("head of " + path).within(ofSeconds(1)),
                                    inner -> {
                                        var file = inner.await(open(path, READ));
                                        var buffer = inner.lease(16);
                                        return buffer.first(inner.await(read(file, buffer)))
                                                .toArray();
                                    });
                    assertThat(head).asString().isEqualTo("12345");
                    assertThat(sim().openDescriptors()).isEmpty();
                });
    }

    @Test
    void finalizersShouldRunInAScopeOfTheirOwn() throws Exception {
        var path = file("a", "12345");
        run(
                scope -> {
                    scope.onClose(inner -> inner.await(unlink(path)));
                    scope.cancel("all the same");
                    assertThat(sim().file("/a").exists()).isTrue();
                });
        assertThat(sim().file("/a").exists()).isFalse();
    }
}
