package io.github.evidently.wire;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.constraints.Size;
import java.util.Collection;
import java.util.Map;
import org.hibernate.validator.HibernateValidatorConfiguration;
import org.hibernate.validator.cfg.ConstraintMapping;
import org.jspecify.annotations.Nullable;

/**
 * Checks {@link Size} as the service's framework does: the length of a string is that in code points (Smithy, trait
 * {@code length}), where Bean Validation counts UTF-16 units.
 */
abstract class SizeValidator<T> implements ConstraintValidator<Size, T> {

    private int min;
    private int max;

    /** Replaces the validators of the library. */
    static void register(HibernateValidatorConfiguration configuration) {
        ConstraintMapping mapping = configuration.createConstraintMapping();
        mapping.constraintDefinition(Size.class)
                .includeExistingValidators(false)
                .validatedBy(OfString.class)
                .validatedBy(OfCollection.class)
                .validatedBy(OfMap.class);
        configuration.addMapping(mapping);
    }

    @Override
    public void initialize(Size constraint) {
        min = constraint.min();
        max = constraint.max();
    }

    @Override
    public boolean isValid(@Nullable T value, ConstraintValidatorContext context) {
        if (value == null) {
            return true;
        }
        int size = size(value);
        return size >= min && size <= max;
    }

    abstract int size(T value);

    static final class OfString extends SizeValidator<String> {
        @Override
        int size(String value) {
            return value.codePointCount(0, value.length());
        }
    }

    static final class OfCollection extends SizeValidator<Collection<?>> {
        @Override
        int size(Collection<?> value) {
            return value.size();
        }
    }

    static final class OfMap extends SizeValidator<Map<?, ?>> {
        @Override
        int size(Map<?, ?> value) {
            return value.size();
        }
    }
}
