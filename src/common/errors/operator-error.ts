/** An error for the operator; its message is complete, so no stack is shown. */
export class OperatorError extends Error {}
