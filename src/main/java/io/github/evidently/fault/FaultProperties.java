package io.github.evidently.fault;

import io.github.evidently.error.InvalidSettingException;
import io.github.evidently.error.ValidationExceptionField;
import java.util.List;

/**
 * Settings of fault injection.
 *
 * @param faults the faults that are injected from the start
 */
public record FaultProperties(List<FaultRule> faults) {

    public FaultProperties {
        for (int i = 0; i < faults.size(); i++) {
            for (ValidationExceptionField violation : faults.get(i).violations()) {
                throw new InvalidSettingException(
                        "evidently.access.faults[" + i + "]." + violation.name() + ": " + violation.message());
            }
        }
    }
}
