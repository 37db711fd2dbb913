import { FORM_TYPE, JSON_TYPE, OTHER_TYPE, readMediaType } from './media-type';

describe('readMediaType', () => {
  it.each<[string, string]>([
    ['application/json', JSON_TYPE],
    ['Application/JSON', JSON_TYPE],
    ['application/json; charset=utf-8', JSON_TYPE],
    ['application/json;', JSON_TYPE],
    [' application/json ;q', JSON_TYPE],
    ['application/x-www-form-urlencoded;charset=UTF-8', FORM_TYPE],
    ['text/plain', OTHER_TYPE],
    // A page may send these to any server without a CORS preflight.
    ['text/plain; application/json', OTHER_TYPE],
    ['text/plain;x=application/json', OTHER_TYPE],
    ['application/json, text/plain', OTHER_TYPE],
    ['application/json+ld', OTHER_TYPE],
    ['application/json/x', OTHER_TYPE],
    ['application', OTHER_TYPE],
    ['/', OTHER_TYPE],
    ['', OTHER_TYPE],
    [`${'x'.repeat(16_000)}/json`, OTHER_TYPE],
  ])('reads %j as %s', (header, expected) => {
    expect(readMediaType(header)).toBe(expected);
  });
});
