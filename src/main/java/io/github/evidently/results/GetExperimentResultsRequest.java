package io.github.evidently.results;

import io.github.evidently.resource.Name;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of GetExperimentResults (model shape {@code GetExperimentResultsRequest}).
 *
 * @param period in seconds
 */
record GetExperimentResultsRequest(
        @Nullable BaseStat baseStat,
        @Nullable Instant endTime,

        @NotNull @Size(min = 1, max = 1)
        List<@NotNull @Size(min = 1, max = 255) @Pattern(regexp = "^[\\S]+$") String> metricNames,

        @Nullable @Min(300) @Max(90_000) Long period,
        @Nullable @Size(max = 5) List<@NotNull ReportName> reportNames,
        @Nullable @Size(max = 5) List<@NotNull ResultStat> resultStats,
        @Nullable Instant startTime,

        @NotNull @Size(min = 1, max = 5) List<@NotNull @Name String> treatmentNames) {

    // Constants are spelt as the model spells the values.

    /** Model shape {@code ExperimentBaseStat}. */
    enum BaseStat {
        Mean
    }

    /** Model shape {@code ExperimentReportName}. */
    enum ReportName {
        BayesianInference
    }

    /** Model shape {@code ExperimentResultRequestType}. */
    enum ResultStat {
        BaseStat,
        TreatmentEffect,
        ConfidenceInterval,
        PValue
    }
}
