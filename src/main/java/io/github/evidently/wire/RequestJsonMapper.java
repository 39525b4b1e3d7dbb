package io.github.evidently.wire;

import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/** Configures how requests are read: strictly, without conversions between the kinds of JSON. */
final class RequestJsonMapper {

    // The largest request, 2,500 entity overrides, has some 5,000. More would be bound and checked one by one before
    // the check that a list is too long.
    private static final long TOKENS_MAX = 6_000;

    private RequestJsonMapper() {}

    /** Returns a new mapper. */
    static JsonMapper create() {
        return JsonMapper.builder(JsonFactory.builder()
                        .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxTokenCount(TOKENS_MAX)
                                .build())
                        .build())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Integer,
                        config -> config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Enum, config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
                .addHandler(new DeserializationProblemHandler() {
                    @Override
                    public boolean handleUnknownProperty(
                            DeserializationContext context,
                            JsonParser parser,
                            @Nullable ValueDeserializer<?> deserializer,
                            Object beanOrClass,
                            String name) {
                        Class<?> type = beanOrClass instanceof Class<?> c ? c : beanOrClass.getClass();
                        if (isUnion(type)) {
                            Collection<Object> known =
                                    deserializer == null ? null : deserializer.getKnownPropertyNames();
                            throw UnrecognizedPropertyException.from(parser, beanOrClass, name, known);
                        }
                        return false;
                    }
                })
                .addModule(new SimpleModule().addDeserializer(Instant.class, new EpochSecondsDeserializer()))
                .build();
    }

    /** Tells whether exactly one member of the type must be given. */
    static boolean isUnion(@Nullable Class<?> type) {
        return type != null && type.isAnnotationPresent(Union.class);
    }
}
