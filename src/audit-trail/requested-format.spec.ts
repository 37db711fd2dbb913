import { formatOf } from './requested-format.decorator';

describe('the format that Accept asks for', () => {
  it.each([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['text/html', 'json'],
    ['application/json', 'json'],
    ['application/x-ndjson', 'ndjson'],
    ['text/csv', 'csv'],
    ['TEXT/CSV; charset=utf-8', 'csv'],
    ['text/csv;q=0', 'json'],
    ['text/csv;q=0.5, */*', 'json'],
    ['application/json;q=0.2, text/csv;q=0.3', 'csv'],
    ['text/html, application/x-ndjson;q=0.1', 'ndjson'],
    ['text/csv, application/x-ndjson', 'csv'],
    ['text/csv;q=nonsense', 'json'],
    ['text/csv;q=9', 'json'],
    [',;,;q=,text/csv', 'csv'],
    ['__proto__, constructor', 'json'],
  ])('of %j is %s', (accept, format) => {
    expect(formatOf(accept)).toBe(format);
  });
});
