package io.github.evidently.resource;

import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The account and the Region that this server emulates.
 *
 * @param accountId twelve digits
 * @param region the Region's code, for example {@code eu-west-1}
 */
@Validated
@ConfigurationProperties("evidently")
public record ServerIdentity(
        @DefaultValue("000000000000") @Pattern(regexp = "[0-9]{12}", message = "must be twelve digits")
        String accountId,

        @DefaultValue("us-east-1")
        @Pattern(regexp = "[a-z]{2}(-[a-z]+)+-[0-9]+", message = "must be the code of a Region, such as us-east-1")
        String region) {

    /** The ARN of the project of that name, existing or not. */
    public String projectArn(String name) {
        return projectArnPrefix() + name;
    }

    /**
     * The ARN of a resource in a project, existing or not.
     *
     * @param kind {@code feature}, {@code launch} or {@code experiment}
     */
    public String arn(String project, String kind, String name) {
        return projectArn(project) + "/" + kind + "/" + name;
    }

    /** The ARN of the segment of that name, existing or not. */
    public String segmentArn(String name) {
        return arnPrefix() + "segment/" + name;
    }

    String projectArnPrefix() {
        return arnPrefix() + "project/";
    }

    /** What the ARNs of all resources of this server begin with. */
    public String arnPrefix() {
        return "arn:aws:evidently:" + region + ":" + accountId + ":";
    }
}
