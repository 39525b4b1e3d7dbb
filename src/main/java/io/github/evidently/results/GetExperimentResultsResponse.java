package io.github.evidently.results;

import io.github.evidently.results.GetExperimentResultsRequest.ReportName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Model shape {@code GetExperimentResultsResponse}.
 *
 * @param details null when there are results for everything requested
 * @param timestamps when the periods begin, in epoch seconds
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record GetExperimentResultsResponse(
        @Nullable String details, List<Report> reports, List<ResultsData> resultsData, long[] timestamps) {

    /** Model shape {@code ExperimentResultResponseType}; constants are spelt as the model spells the values. */
    enum Statistic {
        Mean,
        TreatmentEffect,
        ConfidenceIntervalUpperBound,
        ConfidenceIntervalLowerBound,
        PValue
    }

    /** Model shape {@code ExperimentResultsData}. NaN stands for an absent value, and a bound may be infinite. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; a list would box each value.
    record ResultsData(String metricName, Statistic resultStat, String treatmentName, double[] values) {}

    /**
     * Model shape {@code ExperimentReport}.
     *
     * @param content JSON as text, see {@link Content}
     */
    record Report(String content, String metricName, ReportName reportName, String treatmentName) {}

    /**
     * The content of a Bayesian report, which the model does not define.
     *
     * @param finalPValue the p-value of Welch's test, which looks once; only for an experiment that ran to its
     *     {@code analysisCompleteTime}
     */
    record Content(
            double probabilityOfDecrease,
            double probabilityOfIncrease,
            double probabilityOfNoChange,
            double mean,
            double lowerBound,
            double upperBound,
            double expectedLossOfTreatment,
            double expectedLossOfControl,
            long treatmentSamples,
            long controlSamples,
            @Nullable Double finalPValue) {}
}
