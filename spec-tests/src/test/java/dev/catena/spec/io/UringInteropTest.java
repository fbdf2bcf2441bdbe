package dev.catena.spec.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.io.FeedPublisher;
import dev.catena.proactor.DriverKind;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.io.TcpBehaviour.Ends;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/// Views of connections for code that knows the JDK's interfaces only.
class UringInteropTest extends IoSpec {
    UringInteropTest() {
        super(DriverKind.URING);
    }

    @Test
    void streamsShouldBeThoseOfTheJdk() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var text = "streams ".repeat(10_000).getBytes(US_ASCII);
                    var writer =
                            scope.fork(
                                    () -> {
                                        try (var out = ends.far().outputStream()) {
                                            out.write('!');
                                            out.write(text);
                                        }
                                    });
                    try (var in = ends.near().inputStream()) {
                        assertThat(in.read()).isEqualTo('!');
                        assertThat(in.readAllBytes()).isEqualTo(text);
                        assertThat(in.read()).isEqualTo(-1);
                    }
                    writer.await();
                    assertThat(ends.near().isOpen()).isFalse();
                    assertThat(ends.far().isOpen()).isFalse();
                });
    }

    @Test
    void channelsShouldBeThoseOfTheJdk() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var near = ends.near().channel();
                    var far = ends.far().channel();
                    var block = ByteBuffer.allocate(100_000);
                    for (int i = 0; i < 25_000; i++) {
                        block.putInt(i);
                    }
                    block.flip();
                    var writer = scope.fork(() -> far.write(block.asReadOnlyBuffer()));
                    var received = ByteBuffer.allocateDirect(100_000);
                    while (received.hasRemaining()) {
                        assertThat(near.read(received)).isPositive();
                    }
                    assertThat(writer.await()).isEqualTo(100_000);
                    assertThat(received.flip()).isEqualTo(block);
                    far.close();
                    assertThat(near.read(received.clear())).isEqualTo(-1);
                    near.close();
                    assertThatThrownBy(() -> near.write(block))
                            .isInstanceOf(ClosedChannelException.class);
                });
    }

    @Test
    void publisherShouldGiveWhatArrivesAndTheEnd() throws Exception {
        run(
                scope -> {
                    var ends = Ends.open(scope);
                    var text = new CompletableFuture<String>();
                    ends.near()
                            .publisher()
                            .subscribe(
                                    new Flow.Subscriber<>() {
                                        private final StringBuilder received = new StringBuilder();
                                        private Flow.Subscription subscription;

                                        @Override
                                        public void onSubscribe(Flow.Subscription given) {
                                            subscription = given;
                                            given.request(1);
                                        }

                                        @Override
                                        public void onNext(ByteBuffer part) {
                                            received.append(US_ASCII.decode(part));
                                            subscription.request(1);
                                        }

                                        @Override
                                        public void onError(Throwable failure) {
                                            text.completeExceptionally(failure);
                                        }

                                        @Override
                                        public void onComplete() {
                                            text.complete(received.toString());
                                        }
                                    });
                    ends.far().writeAll("flow ".repeat(10_000));
                    ends.far().endOutput();
                    assertThat(text.get()).isEqualTo("flow ".repeat(10_000));
                });
    }

    @Test
    void publisherShouldPassTheReactiveStreamsTck() {
        var seen = new TestListenerAdapter();
        var testNg = new TestNG(false);
        testNg.setVerbose(0);
        testNg.setTestClasses(new Class<?>[] {PublisherTck.class});
        testNg.addListener(seen);
        testNg.run();
        assertThat(seen.getFailedTests()).isEmpty();
        assertThat(seen.getConfigurationFailures()).isEmpty();
        assertThat(seen.getPassedTests()).hasSizeGreaterThan(20);
    }

    /// The Reactive Streams TCK for Flow, run by TestNG from within the test above.
    public static final class PublisherTck extends FlowPublisherVerification<Integer> {
        private static final long PATIENCE_MILLIS = 5000;
        private static final long NOTHING_COMES_MILLIS = 50;
        private RingUnderTest ring;
        private Scope scope;

        public PublisherTck() {
            super(new TestEnvironment(PATIENCE_MILLIS, NOTHING_COMES_MILLIS), PATIENCE_MILLIS);
        }

        @BeforeClass
        public void open() {
            ring = RingUnderTest.open();
            scope = Scope.open(ring.proactor());
        }

        @AfterClass
        public void close() throws Exception {
            scope.close();
            ring.close();
        }

        @Override
        public Flow.Publisher<Integer> createFlowPublisher(long elements) {
            return new FeedPublisher<Integer, Integer>(
                    scope, () -> new Numbers(elements), number -> number);
        }

        @Override
        public Flow.Publisher<Integer> createFailedFlowPublisher() {
            return null; // a feed fails when it is read, not before
        }
    }

    /// A feed of numbers from 1.
    private static final class Numbers implements Feed<Integer> {
        private final long most;
        private int last;

        Numbers(long most) {
            this.most = most;
        }

        @Override
        public Integer take() {
            return last == most ? null : ++last;
        }

        @Override
        public Integer take(Duration limit) {
            return take();
        }

        @Override
        public void close() {}
    }
}
