// The embedded engine alone; tells its parent where it listens.
import { createRequire } from 'node:module';

const { startEmbeddedMongo } = createRequire(import.meta.url)('../dist/database/embedded/index.js');
const { uri } = await startEmbeddedMongo();
process.send(uri);
