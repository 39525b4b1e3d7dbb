package io.github.evidently.wire;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Wraps a request so that it accepts any format besides those of its {@code Accept} header. A health probe that asks
 * for {@code text/plain} gets JSON instead of a 406.
 */
final class AnyAccept extends HttpServletRequestWrapper {

    private static final String ANY = "*/*;q=0.001";

    AnyAccept(HttpServletRequest request) {
        super(request);
    }

    @Override
    public @Nullable String getHeader(String name) {
        String value = super.getHeader(name);
        return value != null && isAccept(name) ? value + ", " + ANY : value;
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        Enumeration<String> values = super.getHeaders(name);
        if (!values.hasMoreElements() || !isAccept(name)) {
            return values;
        }
        List<String> extended = new ArrayList<>(Collections.list(values));
        extended.add(ANY);
        return Collections.enumeration(extended);
    }

    private static boolean isAccept(String name) {
        return name.equalsIgnoreCase(HttpHeaders.ACCEPT);
    }
}
