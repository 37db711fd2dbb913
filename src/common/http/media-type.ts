export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Every other or malformed type; such a body is not read. */
export const OTHER_TYPE = 'application/octet-stream';

const MAX_READ = 64;

/** The supported type that a header names (RFC 9110 §8.3.1), without parameters: JSON is UTF-8. */
export function readMediaType(contentType: string): string {
  const [essence = ''] = contentType.slice(0, MAX_READ).split(';');
  const type = essence.trim().toLowerCase();
  return type === JSON_TYPE || type === FORM_TYPE ? type : OTHER_TYPE;
}
