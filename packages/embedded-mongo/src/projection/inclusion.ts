import { CommandError } from '../errors';
import { addPath, exclude, include, parseFieldPath } from './tree';
import type { PathTree } from './tree';
import type { Document } from '../values/value';

/**
 * Collects what a projection includes or excludes. It may do only one of both, except for `_id`,
 * which is included unless it is excluded.
 */
export class Inclusion {
  private readonly tree: PathTree = new Map();
  private mode: 'include' | 'exclude' | undefined;
  private id: boolean | undefined;

  /** @throws CommandError 31253 or 31254 when both kinds are mixed */
  add(name: string, isIncluded: boolean): void {
    if (name === '_id') {
      this.id = isIncluded;
      return;
    }
    const mode = isIncluded ? 'include' : 'exclude';
    if (this.mode !== undefined && this.mode !== mode) {
      throw new CommandError(
        isIncluded ? 31253 : 31254,
        `Cannot do ${isIncluded ? 'inclusion' : 'exclusion'} on field ${name} ` +
          `in ${isIncluded ? 'exclusion' : 'inclusion'} projection`,
      );
    }
    this.mode = mode;
    addPath(this.tree, parseFieldPath(name));
  }

  /** Whether fields are excluded. A projection of nothing but `_id: 0` excludes. */
  get excludes(): boolean {
    return (this.mode ?? (this.id === true ? 'include' : 'exclude')) === 'exclude';
  }

  compile(): (document: Document) => Document {
    const { excludes, tree } = this;
    const namesId = excludes ? this.id === false : this.id !== false && !tree.has('_id');
    if (namesId) addPath(tree, ['_id']);
    return (document) => (excludes ? exclude(document, tree) : include(document, tree));
  }
}
