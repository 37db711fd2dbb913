// Which packages a production install holds. Plain Node.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * By the lock file, as `npm ci --omit=dev` reads it.
 * @param root the project's folder
 * @returns the folder, name and version of each, also of those that are for other systems
 */
export function productionPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([folder, { dev, link }]) => folder.startsWith('node_modules/') && !dev && !link)
    .map(([folder, { version, name }]) => ({
      folder,
      name: name ?? folder.replace(/^.*node_modules\//, ''),
      version,
    }));
}
