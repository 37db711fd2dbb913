import { OpenAPIObject } from '@nestjs/swagger';
import * as fc from 'fast-check';
import { RawRequest } from './raw-request';

/** A hostile request, and who sends it. */
export interface HostileRequest extends RawRequest {
  caller: (typeof CALLERS)[number];
}

/** `ordinary` has no permission; `administrator` has all, and needs no second factor. */
export const CALLERS = ['nobody', 'ordinary', 'administrator'] as const;

/** What an attacker knows of the workspace. */
export interface Known {
  /** Ids of sessions and users, names. */
  words: string[];
}

interface Route {
  method: string;
  path: string;
  /** The names of its parameters, in the query or in the body. */
  names: string[];
}

const NAUGHTY = [
  '',
  ' ',
  '\0',
  '\u0000\u0001\u001f\u007f',
  '\r\n',
  '\r\nset-cookie: a=b\r\n\r\n',
  '__proto__',
  'constructor',
  'toString',
  '$where',
  '{"$gt":""}',
  '{"$regex":".*"}',
  '[$ne]',
  '../../../etc/passwd',
  '..%2f..%2f',
  '%',
  '%00',
  '%zz',
  '%c0%ae',
  '%ff%fe',
  '\ud800',
  '\u202e\u2066\ufeff',
  '𝒳🏴‍☠️'.repeat(50),
  '((((a+)+)+)+)$',
  '[',
  '\\',
  '*'.repeat(100),
  'a'.repeat(9000),
  '-1',
  '0',
  '1e309',
  '99999999999999999999',
  '0x10',
  'NaN',
  'null',
  'true',
  '1970-01-01T00:00:00Z',
  "' or '1'='1",
  '<script>alert(1)</script>',
  '${7*7}{{7*7}}',
  '{"loginAt":1}',
  '{"loginAt":"$natural"}',
  '{"__proto__":1}',
  '000000',
];

const HEADERS = [
  'x-2fa-code',
  'x-2fa-method',
  'x-user-id',
  'x-auth-token',
  'authorization',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-prefix',
  'x-request-id',
  'x-real-ip',
  'accept',
  'accept-encoding',
  'content-type',
  'cookie',
  'origin',
  'referer',
  'if-none-match',
  'range',
  'traceparent',
  '__proto__',
];

const OTHER_METHODS = ['HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'];

const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/json; __proto__=x',
  '/',
];

/** Hostile requests for every route of the document, and for paths that are none. */
export function hostileRequests(
  document: OpenAPIObject,
  { words }: Known,
): fc.Arbitrary<HostileRequest> {
  const routes = routesOf(document);
  const text = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...NAUGHTY) },
    { weight: 2, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
    { weight: 1, arbitrary: fc.string({ maxLength: 400 }) },
  );
  return fc
    .record({
      caller: fc.constantFrom(...CALLERS),
      route: fc.constantFrom(...routes),
      tail: tailsOf(text),
      method: mostly<string | undefined>(undefined, fc.constantFrom(...OTHER_METHODS)),
      query: fc.option(fc.array(fc.tuple(namesOf(routes, text), encoded(text)), { maxLength: 5 })),
      headers: fc.array(fc.tuple(fc.constantFrom(...HEADERS), headerValue(text)), { maxLength: 4 }),
      body: bodiesOf(routes, text),
    })
    .map(({ caller, route, tail, method, query, headers, body }) => {
      const search = query ? `?${query.map((pair) => pair.join('=')).join('&')}` : '';
      const hasBody = route.method === 'POST' && body.text !== undefined;
      const bytes = hasBody ? Buffer.from(body.text ?? '', 'utf8').toString('latin1') : '';
      return {
        caller,
        method: method ?? route.method,
        target: `${route.path}${tail}${search}`,
        headers: [
          ...(hasBody ? ([['content-type', body.type]] satisfies [string, string][]) : []),
          ...headers,
          ['content-length', String(bytes.length)],
        ],
        body: bytes,
      };
    });
}

function routesOf({ paths }: OpenAPIObject): Route[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    (['get', 'post'] as const).flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      // The names that it documents, wherever they stand.
      const names = [...JSON.stringify(operation).matchAll(/"name":"(\w+)"|"(\w+)":\{"type"/g)];
      return {
        method: method.toUpperCase(),
        path,
        names: names.flatMap(([, parameter, property]) => parameter ?? property ?? []),
      };
    }),
  );
}

/** The value nine times of ten, else something else. */
function mostly<T>(value: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
}

/** What stands behind the path of a route: nothing, as a rule. */
function tailsOf(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const behind = fc.constantFrom('', '/', '//', '/../', ';', '%2f');
  return mostly(
    '',
    fc.tuple(behind, encoded(text)).map((parts) => parts.join('')),
  );
}

function namesOf(routes: Route[], text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const known = [...new Set(routes.flatMap(({ names }) => names))];
  return fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...known) },
        { weight: 1, arbitrary: encoded(text) },
      ),
      fc.constantFrom('', '', '', '', '[]', '[$ne]', '[__proto__]', '.x', '%00'),
    )
    .map((parts) => parts.join(''));
}

/** Percent-encoded, or as it is but for what would end the request line. */
function encoded(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.boolean()).map(([value, isRaw]) => {
    const bytes = Buffer.from(value.slice(0, 2000), 'utf8');
    if (isRaw) return bytes.toString('latin1').replace(/[\s\0]/g, '');
    return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  });
}

/** Bytes, mostly without what no header may hold. */
function headerValue(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.integer({ min: 0, max: 9 })).map(([value, dice]) => {
    const bytes = Buffer.from(value.slice(0, 3000), 'utf8').toString('latin1');
    return dice === 0 ? bytes.replace(/[\r\n]/g, '') : withoutControls(bytes);
  });
}

function bodiesOf(
  routes: Route[],
  text: fc.Arbitrary<string>,
): fc.Arbitrary<{ type: string; text: string | undefined }> {
  const known = [
    ...new Set(routes.flatMap(({ names }) => names)),
    'user',
    'password',
    'resume',
    'totp',
    'code',
  ];
  const value = fc.oneof(
    { weight: 5, arbitrary: text },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(null, true, -1, 1e300, [], {}, { $ne: null }, [['x']]),
    },
  );
  const object = fc.dictionary(
    fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: text }),
    value,
    { maxKeys: 4 },
  );
  const json = object.map((body) => JSON.stringify(body));
  return fc.record({
    type: fc.oneof(
      { weight: 5, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
    ),
    text: fc.oneof(
      { weight: 8, arbitrary: json },
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: text },
      {
        weight: 1,
        arbitrary: fc
          .tuple(json, fc.nat())
          .map(([whole, at]) => whole.slice(0, at % (whole.length + 1))),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '['.repeat(20_000),
          '{"a":'.repeat(5000),
          `{"user":"${'x'.repeat(70_000)}"}`,
          '{"user":"a","user":"b","__proto__":{"user":"c"}}',
        ),
      },
    ),
  });
}

function withoutControls(bytes: string): string {
  return bytes.replace(/[^\t -~\x80-\xff]/g, '');
}
