package io.github.evidently.resource;

import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Whom this server stands for: one account in one Region.
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

    String projectArnPrefix() {
        return "arn:aws:evidently:" + region + ":" + accountId + ":project/";
    }
}
