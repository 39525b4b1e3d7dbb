package io.github.evidently.feature;

import io.github.evidently.feature.Feature.EvaluationStrategy;
import io.github.evidently.feature.Feature.ValueType;
import io.github.evidently.lifecycle.LifecycleResource;
import io.github.evidently.resource.ServerIdentity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of CreateFeature, GetFeature and UpdateFeature. */
record FeatureResponse(Details feature) {

    private static final String STATUS = "AVAILABLE";

    /** Model shape {@code EvaluationRule}. */
    record EvaluationRule(String name, String type) {

        static List<EvaluationRule> of(List<LifecycleResource<?>> rules) {
            return rules.stream()
                    .map(rule -> new EvaluationRule(rule.name(), rule.kind().type()))
                    .toList();
        }
    }

    /** Model shape {@code Feature}, times in whole epoch seconds. */
    record Details(
            String arn,
            long createdTime,
            String defaultVariation,
            @Nullable String description,
            Map<String, String> entityOverrides,
            List<EvaluationRule> evaluationRules,
            EvaluationStrategy evaluationStrategy,
            long lastUpdatedTime,
            String name,
            String project,
            String status,
            Map<String, String> tags,
            ValueType valueType,
            List<Variation> variations) {

        static Details of(Feature feature, List<LifecycleResource<?>> rules, ServerIdentity identity) {
            return new Details(
                    identity.arn(feature.project(), Feature.KIND, feature.name()),
                    feature.createdTime().getEpochSecond(),
                    feature.defaultVariation(),
                    feature.description(),
                    feature.entityOverrides(),
                    EvaluationRule.of(rules),
                    feature.evaluationStrategy(),
                    feature.lastUpdatedTime().getEpochSecond(),
                    feature.name(),
                    identity.projectArn(feature.project()),
                    STATUS,
                    feature.tags(),
                    feature.valueType(),
                    feature.variations());
        }
    }

    /** Model shape {@code FeatureSummary}. */
    record Summary(
            String arn,
            long createdTime,
            String defaultVariation,
            List<EvaluationRule> evaluationRules,
            EvaluationStrategy evaluationStrategy,
            long lastUpdatedTime,
            String name,
            String project,
            String status,
            Map<String, String> tags) {

        static Summary of(Feature feature, List<LifecycleResource<?>> rules, ServerIdentity identity) {
            return new Summary(
                    identity.arn(feature.project(), Feature.KIND, feature.name()),
                    feature.createdTime().getEpochSecond(),
                    feature.defaultVariation(),
                    EvaluationRule.of(rules),
                    feature.evaluationStrategy(),
                    feature.lastUpdatedTime().getEpochSecond(),
                    feature.name(),
                    identity.projectArn(feature.project()),
                    STATUS,
                    feature.tags());
        }
    }
}
