package dev.catena.examples.kv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// What the commands do. Its owner's lock is held around every call.
final class Commands {
    private static final int MOST_SCANNED = 100_000;

    private final Store store;
    private final Log log;
    private final Statistics statistics;

    Commands(Store store, Log log, Statistics statistics) {
        this.store = store;
        this.log = log;
        this.statistics = statistics;
    }

    /// A command that cannot be done: what is answered behind `-`.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final String answer;

        Refused(String answer) {
            super(answer, null, false, false); // not a failure: nobody looks at its stack
            this.answer = answer;
        }
    }

    /// Does a command and writes its answer.
    ///
    /// @param words its name and arguments, at least one
    /// @return whether the session goes on
    boolean perform(List<byte[]> words, Replies to) {
        statistics.commands.incrementAndGet();
        var name = text(words.getFirst()).toUpperCase(Locale.ROOT);
        try {
            if (name.equals("QUIT")) {
                to.status("OK");
                return false;
            }
            perform(name, words, to, System.currentTimeMillis());
        } catch (Refused refused) {
            to.error(refused.answer);
        }
        return true;
    }

    private void perform(String name, List<byte[]> words, Replies to, long now) throws Refused {
        switch (name) {
            case "PING" -> {
                arity(name, words, 1, 2);
                if (words.size() == 1) {
                    to.status("PONG");
                } else {
                    to.value(words.get(1));
                }
            }
            case "ECHO" -> to.value(only(name, words));
            case "GET" -> to.valueOrNull(store.get(Key.of(only(name, words)), now));
            case "MGET" -> {
                arity(name, words, 2, Integer.MAX_VALUE);
                to.array(words.size() - 1);
                for (var key : words.subList(1, words.size())) {
                    to.valueOrNull(store.get(Key.of(key), now));
                }
            }
            case "SET" -> set(words, to, now);
            case "DEL", "EXISTS" -> {
                arity(name, words, 2, Integer.MAX_VALUE);
                int found = 0;
                for (var word : words.subList(1, words.size())) {
                    var key = Key.of(word);
                    if (store.get(key, now) != null) {
                        found++;
                        if (name.equals("DEL")) {
                            change(new Change.Remove(key));
                        }
                    }
                }
                to.number(found);
            }
            case "INCR" -> add(Key.of(only(name, words)), 1, to, now);
            case "DECR" -> add(Key.of(only(name, words)), -1, to, now);
            case "INCRBY" -> {
                arity(name, words, 3, 3);
                add(Key.of(words.get(1)), number(words.get(2)), to, now);
            }
            case "EXPIRE", "PEXPIRE" -> {
                arity(name, words, 3, 3);
                expire(
                        Key.of(words.get(1)),
                        at(words.get(2), name.equals("EXPIRE"), name, now),
                        to,
                        now);
            }
            case "PERSIST" -> persist(Key.of(only(name, words)), to, now);
            case "TTL", "PTTL" -> {
                var entry = store.get(Key.of(only(name, words)), now);
                long left =
                        entry == null
                                ? -2
                                : entry.expiresMillis() == 0 ? -1 : entry.expiresMillis() - now;
                to.number(left < 0 || name.equals("PTTL") ? left : (left + 500) / 1000);
            }
            case "SCAN" -> scan(words, to, now);
            case "DBSIZE" -> to.number(store.size());
            case "INFO" -> to.value(Info.of(store, log, statistics).getBytes(ISO_8859_1));
            case "SELECT" -> {
                if (number(only(name, words)) != 0) {
                    throw new Refused("ERR DB index is out of range");
                }
                to.status("OK");
            }
            // what clients say as they begin
            case "COMMAND" -> to.array(0);
            case "CONFIG" -> config(words, to);
            case "CLIENT" -> {
                arity(name, words, 2, Integer.MAX_VALUE);
                if (!text(words.get(1)).toUpperCase(Locale.ROOT).startsWith("SET")) {
                    throw new Refused("ERR unknown subcommand of CLIENT");
                }
                to.status("OK");
            }
            default -> throw new Refused("ERR unknown command '" + printable(name) + "'");
        }
    }

    private void change(Change change) {
        store.apply(change);
        log.append(change);
    }

    private void set(List<byte[]> words, Replies to, long now) throws Refused {
        arity("SET", words, 3, Integer.MAX_VALUE);
        var key = Key.of(words.get(1));
        var before = store.get(key, now);
        long expires = 0;
        boolean isTimed = false;
        boolean onlyNew = false;
        boolean onlyOld = false;
        for (int i = 3; i < words.size(); i++) {
            var option = text(words.get(i)).toUpperCase(Locale.ROOT);
            switch (option) {
                case "NX" -> onlyNew = true;
                case "XX" -> onlyOld = true;
                case "EX", "PX" -> {
                    if (isTimed || i + 1 == words.size()) {
                        throw new Refused("ERR syntax error");
                    }
                    isTimed = true;
                    i++;
                    expires = at(words.get(i), option.equals("EX"), "set", now);
                    if (expires <= now) {
                        throw new Refused("ERR invalid expire time in 'set' command");
                    }
                }
                default -> throw new Refused("ERR syntax error");
            }
        }
        if (onlyNew && onlyOld) {
            throw new Refused("ERR syntax error");
        }
        if ((onlyNew && before != null) || (onlyOld && before == null)) {
            to.nothing();
            return;
        }
        change(new Change.Put(key, words.get(2), expires));
        to.status("OK");
    }

    private void add(Key key, long amount, Replies to, long now) throws Refused {
        var entry = store.get(key, now);
        long sum;
        try {
            sum = Math.addExact(entry == null ? 0 : number(entry.value()), amount);
        } catch (ArithmeticException overflow) {
            throw new Refused("ERR increment or decrement would overflow");
        }
        var digits = Long.toString(sum).getBytes(ISO_8859_1);
        change(new Change.Put(key, digits, entry == null ? 0 : entry.expiresMillis()));
        to.number(sum);
    }

    private void expire(Key key, long millis, Replies to, long now) {
        if (store.get(key, now) == null) {
            to.number(0);
        } else {
            change(millis <= now ? new Change.Remove(key) : new Change.Expire(key, millis));
            to.number(1);
        }
    }

    private void persist(Key key, Replies to, long now) {
        var entry = store.get(key, now);
        boolean isTimed = entry != null && entry.expiresMillis() != 0;
        if (isTimed) {
            change(new Change.Expire(key, 0));
        }
        to.number(isTimed ? 1 : 0);
    }

    private void scan(List<byte[]> words, Replies to, long now) throws Refused {
        arity("SCAN", words, 2, Integer.MAX_VALUE);
        long count = 10;
        var pattern = Glob.ANY;
        for (int i = 2; i < words.size(); i += 2) {
            if (i + 1 == words.size()) {
                throw new Refused("ERR syntax error");
            }
            switch (text(words.get(i)).toUpperCase(Locale.ROOT)) {
                case "COUNT" -> count = number(words.get(i + 1));
                case "MATCH" -> pattern = new Glob(words.get(i + 1));
                default -> throw new Refused("ERR syntax error");
            }
        }
        long cursor = number(words.get(1));
        if (count < 1 || cursor < 0) {
            throw new Refused(count < 1 ? "ERR syntax error" : "ERR invalid cursor");
        }
        var page = store.scan(cursor, (int) Math.min(count, MOST_SCANNED), now);
        var matching = page.keys().stream().map(Key::name).filter(pattern::matches).toList();
        to.array(2).value(Long.toString(page.cursor()).getBytes(ISO_8859_1)).array(matching.size());
        matching.forEach(to::value);
    }

    /// What `redis-benchmark` asks for as it begins.
    private static void config(List<byte[]> words, Replies to) throws Refused {
        arity("CONFIG", words, 3, 3);
        if (!text(words.get(1)).equalsIgnoreCase("GET")) {
            throw new Refused("ERR nothing can be configured while it runs");
        }
        var value =
                switch (text(words.get(2)).toLowerCase(Locale.ROOT)) {
                    case "save" -> "";
                    case "appendonly" -> "yes";
                    case "appendfsync" -> "always";
                    default -> null;
                };
        if (value == null) {
            to.array(0);
        } else {
            to.array(2).value(words.get(2)).value(value.getBytes(ISO_8859_1));
        }
    }

    // ---------------------------------------------------------------- arguments

    private static void arity(String name, List<byte[]> words, int least, int most) throws Refused {
        if (words.size() < least || words.size() > most) {
            throw new Refused(
                    "ERR wrong number of arguments for '"
                            + name.toLowerCase(Locale.ROOT)
                            + "' command");
        }
    }

    private static byte[] only(String name, List<byte[]> words) throws Refused {
        arity(name, words, 2, 2);
        return words.get(1);
    }

    private static long number(byte[] digits) throws Refused {
        return parsed(digits)
                .orElseThrow(() -> new Refused("ERR value is not an integer or out of range"));
    }

    private static OptionalLong parsed(byte[] digits) {
        var text = text(digits);
        if (!text.matches("0|-?[1-9][0-9]{0,18}")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException outOfRange) {
            return OptionalLong.empty();
        }
    }

    /// The time that is so far from now.
    private static long at(byte[] digits, boolean inSeconds, String name, long now) throws Refused {
        try {
            return Math.addExact(now, Math.multiplyExact(number(digits), inSeconds ? 1000L : 1L));
        } catch (ArithmeticException tooFar) {
            throw new Refused(
                    "ERR invalid expire time in '" + name.toLowerCase(Locale.ROOT) + "' command");
        }
    }

    private static String text(byte[] word) {
        return new String(word, ISO_8859_1);
    }

    private static String printable(String name) {
        return name.substring(0, Math.min(64, name.length())).replaceAll("\\p{Cntrl}", "?");
    }
}
