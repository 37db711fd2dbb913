import { ChartRenderer } from './chart.renderer';
import { unreadFields } from './unread-fields';

/** As `helm template` would render it. */
function render(text: string, values: object = {}): string {
  return new ChartRenderer({ file: text }).render('file', { Values: values });
}

describe('ChartRenderer', () => {
  it('prints values, through functions, and takes away blanks where it is told to', () => {
    expect(render('a: {{ .Values.a | quote }}\n', { a: 'x"y' })).toBe('a: "x\\"y"\n');
    expect(render('a\n  {{- .Values.a -}}\n  b', { a: 1 })).toBe('a1b');
    expect(render('{{ printf "%s:%s" "a" (default "b" .Values.a) }}', { a: '' })).toBe('a:b');
    expect(render('a:{{ toYaml .Values.a | nindent 2 }}', { a: { b: ['1', 2] } })).toBe(
      "a:\n  b:\n    - '1'\n    - 2",
    );
  });

  it('renders blocks, where zero, blank and empty are false', () => {
    const either = '{{ if .Values.a }}yes{{ else }}no{{ end }}';
    for (const a of [0, '', [], {}, false]) expect(render(either, { a })).toBe('no');
    expect(render(either, { a: '0' })).toBe('yes');
    expect(render('{{ with .Values.a }}{{ . }}{{ end }}', { a: 'b' })).toBe('b');
    expect(
      render('{{ range .Values.a }}{{ . }}{{ $.Values.b }};{{ end }}', { a: [1, 2], b: 3 }),
    ).toBe('13;23;');
  });

  it('includes what is defined', () => {
    const text = '{{ define "x" }}<{{ .Values.a }}>{{ end }}{{ include "x" . }}';
    expect(render(text, { a: 1 })).toBe('<1>');
  });

  it.each([
    ['a value that is not there', '{{ .Values.b }}'],
    ['a function that it does not know', '{{ lookup "v1" }}'],
    ['a template that is not there', '{{ include "b" . }}'],
    ['a block without an end', '{{ if .Values.a }}'],
    ['an end without a block', '{{ end }}'],
    ['an object as text', '{{ .Values.o }}'],
    ['what is required', '{{ required "needed" .Values.empty }}'],
  ])('refuses %s', (_what, text) => {
    expect(() => render(text, { a: 1, o: {}, empty: '' })).toThrow();
  });
});

describe('unreadFields', () => {
  it('names what a validator never looks at, however deep, and nothing of maps', () => {
    const validate = (data: unknown): void => {
      const { a, map } = data as { a: { b: number }[]; map: object };
      a.forEach(({ b }) => b);
      Object.keys(map);
    };
    const data = { a: [{ b: 1, c: 2 }], map: { any: 1 }, d: { e: 1 } };
    expect(unreadFields(data, validate)).toEqual(['/a/0/c', '/d']);
  });
});
