import { OpenAPIObject } from '@nestjs/swagger';
import { REQUEST_ID } from '../http/request-id';

const HEADER = {
  description: "The request's own `x-request-id` if it is acceptable, else a new one.",
  required: true,
  schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,128}$' },
};

/** Documents the header that every answer carries (contract §7). */
export function addRequestIds(document: OpenAPIObject): OpenAPIObject {
  for (const { get, post } of Object.values(document.paths)) {
    for (const operation of [get, post]) {
      for (const response of Object.values(operation?.responses ?? {})) {
        if (response && !('$ref' in response)) {
          response.headers = { ...response.headers, [REQUEST_ID]: HEADER };
        }
      }
    }
  }
  return document;
}
