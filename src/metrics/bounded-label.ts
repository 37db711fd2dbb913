const MOST = 50;
const OTHER = 'other';

/** The first fifty values keep their names, so that whatever happens a label cannot fill the memory. */
export class BoundedLabel {
  private readonly known = new Set<string>();

  label(value: string): string {
    if (this.known.has(value)) return value;
    if (this.known.size === MOST) return OTHER;
    this.known.add(value);
    return value;
  }
}
