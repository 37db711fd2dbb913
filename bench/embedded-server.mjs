// The embedded engine alone; tells its parent where it listens.
import { startEmbeddedMongo } from '@workspace-sessions/embedded-mongo';

const { uri } = await startEmbeddedMongo();
process.send(uri);
