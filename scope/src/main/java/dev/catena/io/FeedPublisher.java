package dev.catena.io;

import dev.catena.ops.Buffer;
import dev.catena.scope.Feed;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/// A feed as a `Flow.Publisher`, for one subscriber: a stream can be read only once. Each element is taken when it is asked for, by a
/// thread of the scope, on which the subscriber is called.
///
/// @param <E> what the feed gives
/// @param <T> what the subscriber gets
public final class FeedPublisher<E, T> implements Flow.Publisher<T> {
    private final Scope scope;
    private final Supplier<? extends Feed<E>> feed;
    private final Function<? super E, ? extends T> change;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    /// A publisher of what `change` makes of each element.
    ///
    /// @param scope whose thread takes and calls the subscriber
    /// @param feed opens the feed when somebody subscribes
    /// @param change called before the next element is taken; a buffer must be copied
    public FeedPublisher(
            Scope scope,
            Supplier<? extends Feed<E>> feed,
            Function<? super E, ? extends T> change) {
        this.scope = scope;
        this.feed = feed;
        this.change = change;
    }

    /// A read-only copy on the heap.
    static ByteBuffer copy(Buffer buffer) {
        return ByteBuffer.wrap(buffer.toArray()).asReadOnlyBuffer();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "a subscriber");
        if (!subscribed.compareAndSet(false, true)) {
            refuse(
                    subscriber,
                    new IllegalStateException(
                            "a stream can be read only once, and somebody has subscribed to it before"));
            return;
        }
        var delivery = new Delivery(subscriber);
        subscriber.onSubscribe(delivery);
        try {
            var _ = scope.fork(delivery::run);
        } catch (IllegalStateException closed) {
            delivery.fail(closed);
        }
    }

    private static void refuse(Flow.Subscriber<?> subscriber, Throwable why) {
        subscriber.onSubscribe(
                new Flow.Subscription() {
                    @Override
                    public void request(long elements) {}

                    @Override
                    public void cancel() {}
                });
        subscriber.onError(why);
    }

    /// Brings elements to the subscriber. The demand is any thread's; the rest is the delivering thread's.
    private final class Delivery implements Flow.Subscription {
        private final Flow.Subscriber<? super T> subscriber;
        private final Gate asked = new Gate();
        private long demand;
        private boolean cancelled;
        private boolean misused;

        Delivery(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long elements) {
            synchronized (this) {
                if (elements <= 0) {
                    misused = true;
                } else {
                    long sum = demand + elements;
                    demand = sum < 0 ? Long.MAX_VALUE : sum;
                }
            }
            asked.open();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                cancelled = true;
            }
            asked.open();
        }

        /// Waits until there is something to do.
        ///
        /// @return whether an element is wanted; else it is over
        private boolean awaitDemand() throws IOException {
            while (true) {
                synchronized (this) {
                    if (cancelled || misused) {
                        return false;
                    }
                    if (demand > 0) {
                        if (demand != Long.MAX_VALUE) {
                            demand--;
                        }
                        return true;
                    }
                }
                asked.await(scope);
            }
        }

        private synchronized boolean isCancelled() {
            return cancelled;
        }

        void run() {
            try {
                if (deliver()) {
                    subscriber.onComplete();
                } else if (!isCancelled()) {
                    fail(
                            new IllegalArgumentException(
                                    "request(n) wants at least one element (Reactive Streams 3.9)"));
                }
            } catch (IOException | IllegalStateException failure) {
                fail(failure);
            }
        }

        /// Delivers elements as long as they are wanted.
        ///
        /// @return whether the stream is at its end, and somebody wants to know
        private boolean deliver() throws IOException {
            try (var source = feed.get()) {
                while (awaitDemand()) {
                    var element = source.take();
                    if (element == null || isCancelled()) {
                        return !isCancelled();
                    }
                    subscriber.onNext(change.apply(element));
                }
                return false;
            }
        }

        void fail(Throwable failure) {
            if (!isCancelled()) {
                subscriber.onError(failure);
            }
        }
    }
}
