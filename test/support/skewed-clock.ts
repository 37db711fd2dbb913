/** Environment for a Node process whose clock is this many seconds ahead. */
export function clockAhead(seconds: number): Record<string, string> {
  const script = `
    const Right = Date;
    const skewed = () => Right.now() + ${seconds * 1000};
    globalThis.Date = class Date extends Right {
      constructor(...given) {
        super(...(given.length > 0 ? given : [skewed()]));
      }
      static now() {
        return skewed();
      }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
