import { withoutConcerns } from './connection-options';

describe('withoutConcerns', () => {
  it.each([
    ['mongodb://db/chat', 'mongodb://db/chat'],
    ['mongodb://db/chat?', 'mongodb://db/chat'],
    ['mongodb://db/chat?w=0', 'mongodb://db/chat'],
    ['mongodb://db/chat?w=1&journal=false&j=false&fsync=true', 'mongodb://db/chat'],
    [
      'mongodb://db/chat?wtimeoutMS=1&wtimeout=1&retryWrites=false',
      'mongodb://db/chat?retryWrites=false',
    ],
    [
      'mongodb://db/chat?readPreference=secondary&readPreferenceTags=dc:a&readPreferenceTags=&readConcernLevel=available',
      'mongodb://db/chat',
    ],
    ['mongodb://db/chat?%77=0&W=0&READPREFERENCE=nearest&tls=true', 'mongodb://db/chat?tls=true'],
    [
      'mongodb+srv://u:p%3Fw%3D0@db/chat?replicaSet=w%3D0&appName=a?w=0',
      'mongodb+srv://u:p%3Fw%3D0@db/chat?replicaSet=w%3D0&appName=a?w=0',
    ],
  ])('turns %s into %s', (uri, expected) => {
    expect(withoutConcerns(uri)).toBe(expected);
  });

  it('leaves maxStalenessSeconds in place, which is a mistake with the primary', () => {
    const uri = 'mongodb://db/chat?maxStalenessSeconds=100';
    expect(withoutConcerns(uri)).toBe(uri);
  });
});
