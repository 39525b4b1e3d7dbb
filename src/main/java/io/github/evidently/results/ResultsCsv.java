package io.github.evidently.results;

import io.github.evidently.results.ResultsView.ComparisonView;
import io.github.evidently.results.ResultsView.MetricView;
import io.github.evidently.results.ResultsView.Point;
import io.github.evidently.results.ResultsView.TreatmentView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the points over time of an experiment as comma-separated values (RFC 4180), with a header. */
final class ResultsCsv {

    private static final String HEAD = "metric,treatment,time,samples,mean,standardError,effect,relativeEffect,"
            + "lowerBound,upperBound,pValue\r\n";

    private ResultsCsv() {}

    static String write(ResultsView view) {
        StringBuilder csv = new StringBuilder(HEAD);
        for (MetricView metric : view.metrics()) {
            for (TreatmentView treatment : metric.treatments()) {
                for (Point point : treatment.points()) {
                    List<String> cells = new ArrayList<>(List.of(
                            quoted(metric.name()),
                            quoted(treatment.name()),
                            Long.toString(point.time()),
                            Long.toString(point.samples())));
                    ComparisonView comparison = point.comparison();
                    if (comparison != null) {
                        cells.add(number(comparison.mean()));
                        cells.add(number(comparison.standardError()));
                        cells.add(number(comparison.effect()));
                        cells.add(number(comparison.relativeEffect()));
                        cells.add(number(comparison.lowerBound()));
                        cells.add(number(comparison.upperBound()));
                        cells.add(number(comparison.pValue()));
                    } else {
                        cells.addAll(List.of("", "", "", "", "", "", ""));
                    }
                    csv.append(String.join(",", cells)).append("\r\n");
                }
            }
        }
        return csv.toString();
    }

    /**
     * Quotes a name. Names may have commas and quotes; one that looks like a formula is marked as text for
     * spreadsheets.
     */
    private static String quoted(String name) {
        String text = "=+-@".indexOf(name.charAt(0)) >= 0 ? "'" + name : name;
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String number(@Nullable Double value) {
        return value == null ? "" : value.toString();
    }
}
