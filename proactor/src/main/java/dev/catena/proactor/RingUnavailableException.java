package dev.catena.proactor;

/// No ring can be made here. The message says what was tried, why it failed, and what to change.
public final class RingUnavailableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String remedy;

    /// @param reason what was asked and what was found, a clause without a full stop
    /// @param remedy what to do, in whole sentences
    public RingUnavailableException(String reason, String remedy) {
        super(reason + ". " + remedy);
        this.reason = reason;
        this.remedy = remedy;
    }

    /// What was asked and what was found.
    public String reason() {
        return reason;
    }

    /// What to do about it.
    public String remedy() {
        return remedy;
    }
}
