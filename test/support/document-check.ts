import { OpenAPIObject } from '@nestjs/swagger';
import Ajv, { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { HttpAnswer } from './http';

/** Paths under it are the API's; the rest is documentation. */
const API = '/api/v1/';

const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
const validators = new Map<object, ValidateFunction>();
const documents = new Map<string, OpenAPIObject>();
const violations = new Set<string>();

/** From now on, compares every answer of the service at this address with its OpenAPI document. */
export function checkAnswersOf(url: string, document: OpenAPIObject): void {
  documents.set(url, document);
}

/** Records how an answer differs from the document, if it does. */
export function checkAnswer(method: string, url: string, answer: HttpAnswer): void {
  const { origin, pathname } = new URL(url);
  const document = documents.get(origin);
  if (!document || !pathname.startsWith(API)) return;
  const violation = violationOf(document, method, pathname, answer);
  if (violation) violations.add(`${method} ${pathname}: ${violation}`);
}

/** Returns the recorded violations and clears them. */
export function takeViolations(): string[] {
  const taken = [...violations];
  violations.clear();
  return taken;
}

function violationOf(
  { paths }: OpenAPIObject,
  method: string,
  pathname: string,
  { status, text, body }: HttpAnswer,
): string | undefined {
  const operation = paths[pathname]?.[method === 'POST' ? 'post' : 'get'];
  const isKnown = operation !== undefined && ['GET', 'POST'].includes(method);
  // An unknown route is refused before any handler runs.
  if (!isKnown) return status >= 400 && status < 500 ? undefined : `${status} of no route`;
  const response = operation.responses[status];
  if (!response || !('content' in response)) return `${status} is not documented`;
  const schema = response.content['application/json']?.schema;
  if (!schema) return `${status} has no schema`;
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  if (validate(body)) return undefined;
  return `${status} ${ajv.errorsText(validate.errors)}: ${text.slice(0, 300)}`;
}
