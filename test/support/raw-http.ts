import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends these bytes on a connection of their own, and waits until the service closes it. @returns what it sent */
export async function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  socket.write(text);
  await once(socket, 'close');
  return received;
}
