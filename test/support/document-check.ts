import { OpenAPIObject } from '@nestjs/swagger';
import Ajv, { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { HttpAnswer } from './http';

/** Paths of the API and of the probes; the rest is documentation. */
const DOCUMENTED = /^\/(api\/v1|health)\//;

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
  if (!document) return;
  // Of every answer, documented or not (contract §7).
  if (!answer.headers['x-request-id']) violations.add(`${method} ${pathname}: no x-request-id`);
  if (!DOCUMENTED.test(pathname)) return;
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
  { status, headers, text, body }: HttpAnswer,
): string | undefined {
  // A preflight belongs to the browsers' protocol, and reaches no route.
  if (method === 'OPTIONS' && status === 204) return undefined;
  const operation = paths[pathname]?.[method === 'POST' ? 'post' : 'get'];
  const isKnown = operation !== undefined && ['GET', 'POST'].includes(method);
  // An unknown route is refused before any handler runs.
  if (!isKnown) return status >= 400 && status < 500 ? undefined : `${status} of no route`;
  const response = operation.responses[status];
  if (!response || !('content' in response)) return `${status} is not documented`;
  const [type = ''] = String(headers['content-type']).split(';');
  const schema = response.content[type]?.schema;
  if (!schema) return `${status} ${type} has no schema`;
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  if (validate(type === 'application/json' ? body : text)) return undefined;
  return `${status} ${ajv.errorsText(validate.errors)}: ${text.slice(0, 300)}`;
}
