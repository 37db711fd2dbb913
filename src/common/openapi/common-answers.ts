import { OpenAPIObject } from '@nestjs/swagger';
import {
  DATABASE_UNREACHABLE,
  PAYLOAD_TOO_LARGE,
  rateLimited,
  REQUEST_TIMEOUT,
  TOO_MANY_HEADERS,
  UNFORESEEN,
  UNREADABLE_BODY,
  UNREADABLE_REQUEST,
} from '../errors/common.problems';
import { RATE_LIMIT_HEADERS } from '../http/rate-limit-headers';
import { HeaderObject, OperationObject, ResponseObject, responsesOf } from './problem-responses';

const EXAMPLE_SECONDS = 30;

const ANY = responsesOf([UNREADABLE_REQUEST, TOO_MANY_HEADERS, UNFORESEEN, DATABASE_UNREACHABLE]);
const TOO_MANY = responsesOf([rateLimited(EXAMPLE_SECONDS)]);
const WITH_BODY = responsesOf([UNREADABLE_BODY, REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE]);

const LIMITED: ResponseObject['headers'] = {
  [RATE_LIMIT_HEADERS.limit]: wholeNumber('The requests that the limit allows in a minute.', 600),
  [RATE_LIMIT_HEADERS.remaining]: wholeNumber('How many of them are left.', 599),
  [RATE_LIMIT_HEADERS.reset]: wholeNumber(
    'When the next minute of the limit begins, in epoch milliseconds.',
    1_764_158_460_000,
  ),
};

/** Documents, for every route, the answers that are given before or around its handler. */
export function addCommonAnswers(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { get, post }] of Object.entries(document.paths)) {
    for (const operation of [get, post]) {
      if (operation) add(operation, ANY);
    }
    if (post) add(post, WITH_BODY);
    for (const operation of [get, post]) {
      if (operation && isLimited(path)) {
        add(operation, TOO_MANY);
        addHeaders(operation);
      }
    }
  }
  return document;
}

/** Probes have no limit. */
function isLimited(path: string): boolean {
  return path.startsWith('/api/');
}

function add({ responses }: OperationObject, common: Map<number, ResponseObject>): void {
  for (const [status, response] of common) {
    const own = responses[status] as ResponseObject | undefined;
    responses[status] = own ? merge(own, response) : response;
  }
}

function merge(own: ResponseObject, common: ResponseObject): ResponseObject {
  const [ours, theirs] = [own, common].map(({ content }) => content?.['application/json']);
  return {
    ...own,
    description: `${own.description} ${common.description}`,
    headers: { ...own.headers, ...common.headers },
    content: {
      'application/json': { ...ours, examples: { ...ours?.examples, ...theirs?.examples } },
    },
  };
}

/** They stand on every answer of a route unless its limit is off (contract §7). */
function addHeaders({ responses }: OperationObject): void {
  for (const [status, response] of Object.entries(responses)) {
    const { headers } = response as ResponseObject;
    responses[status] = { ...response, headers: { ...headers, ...LIMITED } } as ResponseObject;
  }
}

function wholeNumber(description: string, example: number): HeaderObject {
  return { description, schema: { type: 'integer', example } };
}
