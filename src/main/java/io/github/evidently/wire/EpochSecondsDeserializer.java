package io.github.evidently.wire;

import java.time.Instant;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/** Reads timestamps in the bodies of the control plane: see {@link EpochSeconds}. */
final class EpochSecondsDeserializer extends StdScalarDeserializer<Instant> {

    EpochSecondsDeserializer() {
        super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) {
        OptionalLong millis = EpochSeconds.parseMillis(parser);
        return millis.isPresent()
                ? Instant.ofEpochMilli(millis.getAsLong())
                : context.reportInputMismatch(this, EpochSeconds.constraint(parser));
    }
}
