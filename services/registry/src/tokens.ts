/** Injection tokens of what is no class. */
export const ARTIFACT_STORE = Symbol('registry.artifact-store');
export const REGISTRY_CONFIG = Symbol('registry.config');
