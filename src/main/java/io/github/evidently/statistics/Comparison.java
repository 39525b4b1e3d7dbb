package io.github.evidently.statistics;

/**
 * The comparison of a treatment with the control.
 *
 * <p>Interval and p-value are anytime-valid: they may be looked at after every sample. They are equivalent: the p-value
 * is below 0.05 exactly where the interval excludes zero. The guarantee is asymptotic, since variances are estimated;
 * see docs/results.md for what it needs.
 *
 * @param treatment the treatment's mean, with the variance that the comparison uses
 * @param control the control's mean, with the variance that the comparison uses
 * @param effect the treatment's mean minus the control's
 * @param standardError of the effect
 * @param lower of the 95 % confidence interval of the effect; may be infinite
 * @param upper of the 95 % confidence interval of the effect; may be infinite
 * @param pValue anytime-valid, from 0 to 1
 */
public record Comparison(
        Estimate treatment,
        Estimate control,
        double effect,
        double standardError,
        double lower,
        double upper,
        double pValue) {

    /** One minus the coverage of the interval. */
    public static final double ALPHA = 0.05;

    /** The standard deviation of the effects that the mixture expects, in standard deviations of an entity. */
    static final double EFFECT_SCALE = 0.1;

    /** How many entities the variance of all treatments together counts for. */
    private static final double FLOOR_ENTITIES = 500;

    /**
     * Compares the samples of two treatments.
     *
     * <p>The variance of a small treatment with rare events is often estimated as far too small. It therefore has a floor,
     * drawn towards the variance of both treatments together: {@code (n·s² + 500·s²_both)/(n + 500)}, per entity.
     *
     * @param treatmentEntities how many entities the treatment's samples are from
     * @param controlEntities how many entities the control's samples are from
     */
    public static Comparison of(
            ClusterSums treatment, double treatmentEntities, ClusterSums control, double controlEntities) {
        Estimate ofTreatment = Estimate.of(treatment, treatmentEntities);
        Estimate ofControl = Estimate.of(control, controlEntities);
        double bothCount = treatment.count() + control.count();
        double bothMean = (treatment.sum() + control.sum()) / bothCount;
        double both = Estimate.variance(
                        treatment.occupied() + control.occupied(),
                        treatment.squaredResiduals(bothMean) + control.squaredResiduals(bothMean),
                        bothCount)
                * (ofTreatment.entities() + ofControl.entities());
        return of(floored(ofTreatment, both), floored(ofControl, both));
    }

    private static Estimate floored(Estimate estimate, double bothPerEntity) {
        double entities = estimate.entities();
        double floor = (entities * estimate.variancePerEntity() + FLOOR_ENTITIES * bothPerEntity)
                / (entities + FLOOR_ENTITIES);
        return estimate.withVariance(Math.max(estimate.variance(), floor / entities));
    }

    /** Compares two means with the variances given. */
    static Comparison of(Estimate treatment, Estimate control) {
        double effect = treatment.mean() - control.mean();
        double entities = treatment.entities() + control.entities();
        double perEntity = (treatment.entities() * treatment.variancePerEntity()
                        + control.entities() * control.variancePerEntity())
                / entities;
        double variance = treatment.variance() + control.variance();
        double standardError = Math.sqrt(variance);
        if (variance == 0) {
            return new Comparison(treatment, control, effect, standardError, effect, effect, effect == 0 ? 1 : 0);
        }
        if (!Double.isFinite(variance)) {
            return new Comparison(
                    treatment, control, effect, standardError, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1);
        }
        double degrees = FixedTest.degrees(treatment, control);
        double share = 1 / (1 + EFFECT_SCALE * EFFECT_SCALE * (perEntity / variance));
        double halfWidth = AnytimeValid.radius(degrees, share, ALPHA) * standardError;
        return new Comparison(
                treatment,
                control,
                effect,
                standardError,
                effect - halfWidth,
                effect + halfWidth,
                AnytimeValid.pValue(effect / standardError, degrees, share));
    }

    /** Tells whether there are enough entities for an interval. */
    public boolean isBounded() {
        return Double.isFinite(lower) && Double.isFinite(upper);
    }

    /** Tells whether the interval excludes "no effect". */
    public boolean isSignificant() {
        return pValue < ALPHA;
    }

    /** Returns the effect as a share of the control's mean; NaN where that is zero. */
    public double relativeEffect() {
        return control.mean() == 0 ? Double.NaN : effect / Math.abs(control.mean());
    }
}
