package io.github.evidently.project;

/**
 * The AWS AppConfig objects of a project that is evaluated on the client (model shape
 * {@code ProjectAppConfigResource}).
 *
 * @param applicationId 4 to 7 lower-case letters and digits, as in the other two ids
 * @param configurationProfileId an id that the server generates
 */
public record AppConfigResource(String applicationId, String configurationProfileId, String environmentId) {}
