// The embedded engine alone; reports its address to the parent process.
import { startEmbeddedMongo } from '@workspace-sessions/embedded-mongo';

const { uri } = await startEmbeddedMongo();
process.send(uri);
