export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Whatever else a body may be, and whatever is no media type at all: it is not read. */
export const OTHER_TYPE = 'application/octet-stream';

/** Longer than each media type that is read, so that no more than this of a header is looked at. */
const MAX_READ = 64;

/**
 * Which of the bodies that this API reads a `content-type` header announces (RFC 9110 §8.3.1). Parameters such as a
 * character set say nothing: JSON is UTF-8.
 */
export function readMediaType(contentType: string): string {
  const [essence = ''] = contentType.slice(0, MAX_READ).split(';');
  const type = essence.trim().toLowerCase();
  return type === JSON_TYPE || type === FORM_TYPE ? type : OTHER_TYPE;
}
