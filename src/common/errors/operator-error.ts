/** What an operator asked for cannot be done; the message says all they need, so that no stack is shown. */
export class OperatorError extends Error {}
