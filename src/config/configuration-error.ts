/** The environment does not describe a service that could run; the message names every wrong variable, and no value. */
export class ConfigurationError extends Error {}
