import { DocumentedProblem } from './api-problems.decorator';

/** A parameter that the route does not know. */
export const UNKNOWN_PARAMETER = invalidParameter(
  'unknownParameter',
  'There is a parameter that is not documented',
  'must NOT have additional properties',
);

/** What may go wrong with a parameter that must be there as text. */
export function textProblems(parameter: string): DocumentedProblem[] {
  return [
    invalidParameter(
      'missingParameter',
      `\`${parameter}\` is missing`,
      `must have required property '${parameter}'`,
    ),
    invalidParameter('wrongKind', `\`${parameter}\` is repeated or not text`, 'must be string'),
    UNKNOWN_PARAMETER,
  ];
}

/** A refusal of the parameters, in the words of the validator. */
export function invalidParameter(name: string, when: string, message: string): DocumentedProblem {
  return { name, when, problem: { kind: 'invalid-parameters', message } };
}
