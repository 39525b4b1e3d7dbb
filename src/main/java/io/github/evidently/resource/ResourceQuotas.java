package io.github.evidently.resource;

import io.github.evidently.error.ServiceQuotaExceededException;

/** Enforces the quotas on the numbers of resources. Thread-safe. */
public interface ResourceQuotas {

    /**
     * Makes sure that there may be one more; to be asked in the transaction that adds it.
     *
     * @param kind what is added, or started
     * @param arn of the resource that is added or started
     * @param existing how many there are: projects and segments of the account, features, launches and experiments of
     *     the project
     * @throws ServiceQuotaExceededException when there are as many as there may be
     */
    void requireRoom(ResourceKind kind, String arn, long existing);
}
