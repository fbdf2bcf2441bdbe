package dev.catena.examples.http;

/// Why a request is not answered with what it asks for: a status of RFC 9110, section 15, from 400 on.
final class Problem extends Exception {
    private static final long serialVersionUID = 1L;

    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int REQUEST_TIMEOUT = 408;
    static final int PRECONDITION_FAILED = 412;
    static final int RANGE_NOT_SATISFIABLE = 416;
    static final int FIELDS_TOO_LARGE = 431;
    static final int UNAVAILABLE = 503;
    static final int VERSION_NOT_SUPPORTED = 505;

    private final int status;

    Problem(int status) {
        super(
                "status " + status,
                null,
                false,
                false); // an answer, not a failure: nobody looks at its stack
        this.status = status;
    }

    int status() {
        return status;
    }

    /// What a status is called.
    static String name(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 206 -> "Partial Content";
            case 301 -> "Moved Permanently";
            case 304 -> "Not Modified";
            case BAD_REQUEST -> "Bad Request";
            case FORBIDDEN -> "Forbidden";
            case NOT_FOUND -> "Not Found";
            case METHOD_NOT_ALLOWED -> "Method Not Allowed";
            case REQUEST_TIMEOUT -> "Request Timeout";
            case PRECONDITION_FAILED -> "Precondition Failed";
            case RANGE_NOT_SATISFIABLE -> "Range Not Satisfiable";
            case FIELDS_TOO_LARGE -> "Request Header Fields Too Large";
            case UNAVAILABLE -> "Service Unavailable";
            case VERSION_NOT_SUPPORTED -> "HTTP Version Not Supported";
            default -> throw new IllegalArgumentException("no status of ours: " + status);
        };
    }
}
