import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../support/programs';
import { freePort, makeCertificate, ProxyProgram, withReplaced } from '../support/proxy-program';
import { CLIENT, itKnowsItsClients, proxyFolder } from '../support/proxy-scene';

const CONFIGURATION = join(__dirname, '../../deploy/nginx/workspace-sessions.conf');
const HOST = 'sessions.example.com';

/** What nginx needs around the file: everything that it writes goes into a folder of the test. */
const around = (folder: string): string => `
daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path ${folder}/${what};`).join(' ')}
  include ${folder}/site.conf;
}
`;

/** nginx with the file of the deployment, but for ports, certificate and what stands behind it. */
async function startNginx(servicePort: number): Promise<ProxyProgram> {
  const folder = proxyFolder();
  const { cert, key } = makeCertificate(folder, HOST);
  const [http, https] = [await freePort(), await freePort()];
  const site = withReplaced(readFileSync(CONFIGURATION, 'utf8'), [
    ['listen [::]:80;', ''],
    ['listen [::]:443 ssl http2;', ''],
    ['listen 80;', `listen 127.0.0.1:${http};`],
    ['listen 443 ssl http2;', `listen 127.0.0.1:${https} ssl http2;`],
    ['127.0.0.1:3000', `127.0.0.1:${servicePort}`],
    [`/etc/nginx/tls/${HOST}.crt`, cert],
    [`/etc/nginx/tls/${HOST}.key`, key],
  ]);
  writeFileSync(join(folder, 'site.conf'), site);
  writeFileSync(join(folder, 'nginx.conf'), around(folder));
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'];
  return ProxyProgram.start('nginx', args, { host: HOST, port: https });
}

describeWith(['nginx', 'openssl'], 'deploy/nginx')('nginx, as deploy/nginx configures it', () => {
  itKnowsItsClients(startNginx);

  it('answers 429 to a flood from one address, and serves another', async () => {
    const proxy = await startNginx(await freePort());
    const flood = await Promise.all(
      Array.from({ length: 80 }, () => proxy.call('/api/v1/me', CLIENT)),
    );
    expect(flood.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(await proxy.call('/api/v1/me', '127.0.0.3')).toBe(502);
  });
});
