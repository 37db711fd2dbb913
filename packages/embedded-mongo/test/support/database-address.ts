/** Where a MongoDB address with one host leads, in the form that `net.connect` takes. */
export function socketOf(uri: string): { path: string } | { host: string; port: number } {
  const { hostname, port } = new URL(uri);
  const host = decodeURIComponent(hostname);
  return host.startsWith('/') ? { path: host } : { host, port: Number(port) };
}
