/** Tags of resources: TagResource, UntagResource and ListTagsForResource. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "state", "project"})
@NullMarked
package io.github.evidently.tagging;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
