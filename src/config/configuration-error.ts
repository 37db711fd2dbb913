/** An invalid configuration; the message names every invalid variable and no value. */
export class ConfigurationError extends Error {}
