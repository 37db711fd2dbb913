import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../support/programs';
import { freePort, makeCertificate, ProxyProgram, withReplaced } from '../support/proxy-program';
import { itKnowsItsClients, proxyFolder } from '../support/proxy-scene';

const CONFIGURATION = join(__dirname, '../../deploy/caddy/Caddyfile');
const HOST = 'sessions.example.com';

/** Caddy with the file of the deployment, but for ports, certificate and what stands behind it. */
async function startCaddy(servicePort: number): Promise<ProxyProgram> {
  const folder = proxyFolder();
  const { cert, key } = makeCertificate(folder, HOST);
  const port = await freePort();
  const file = withReplaced(readFileSync(CONFIGURATION, 'utf8'), [
    ['\n{\n', '\n{\n\tadmin off\n\tauto_https off\n'],
    [`\n${HOST} {\n`, `\nhttps://${HOST}:${port} {\n\tbind 127.0.0.1\n\ttls ${cert} ${key}\n`],
    ['127.0.0.1:3000', `127.0.0.1:${servicePort}`],
  ]);
  writeFileSync(join(folder, 'Caddyfile'), file);
  const args = ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
  const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  return ProxyProgram.start('caddy', args, { host: HOST, port, env });
}

describeWith(['caddy', 'openssl'], 'deploy/caddy')('Caddy, as deploy/caddy configures it', () => {
  itKnowsItsClients(startCaddy);
});
