import { OpenAPIObject } from '@nestjs/swagger';
import {
  DATABASE_UNREACHABLE,
  PAYLOAD_TOO_LARGE,
  REQUEST_TIMEOUT,
  TOO_MANY_HEADERS,
  UNFORESEEN,
  UNREADABLE_BODY,
} from '../errors/common.problems';
import { OperationObject, ResponseObject, responsesOf } from './problem-responses';

const ANY = responsesOf([TOO_MANY_HEADERS, UNFORESEEN, DATABASE_UNREACHABLE]);
const WITH_BODY = responsesOf([UNREADABLE_BODY, REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE]);

/** Documents, for every route, the answers that are given before or around its handler. */
export function addCommonAnswers(document: OpenAPIObject): OpenAPIObject {
  for (const { get, post } of Object.values(document.paths)) {
    for (const operation of [get, post]) {
      if (operation) add(operation, ANY);
    }
    if (post) add(post, WITH_BODY);
  }
  return document;
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
    content: {
      'application/json': { ...ours, examples: { ...ours?.examples, ...theirs?.examples } },
    },
  };
}
