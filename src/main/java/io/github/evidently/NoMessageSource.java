package io.github.evidently;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.context.NoSuchMessageException;

/** Resolves only the default messages, unchanged: the errors of this server have their own texts. */
class NoMessageSource implements MessageSource {

    @Override
    public @Nullable String getMessage(
            String code, Object @Nullable [] args, @Nullable String defaultMessage, @Nullable Locale locale) {
        return defaultMessage;
    }

    @Override
    public String getMessage(String code, Object @Nullable [] args, @Nullable Locale locale) {
        throw new NoSuchMessageException(code);
    }

    @Override
    public String getMessage(MessageSourceResolvable resolvable, @Nullable Locale locale) {
        String message = resolvable.getDefaultMessage();
        if (message == null) {
            throw new NoSuchMessageException(String.valueOf(resolvable));
        }
        return message;
    }
}
