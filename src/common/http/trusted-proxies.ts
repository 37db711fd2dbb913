import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { Logger } from '@nestjs/common';
import { escapeUnprintable } from '../logging/printable';
import { normaliseAddress } from './node-name';

/** An address or a CIDR block, taken apart. */
interface Block {
  address: string;
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

/** As much as is shown of what could not be read. */
const MAX_SHOWN = 128;

/** Whose word on a client's address counts: `TRUSTED_PROXY_COUNT` and `TRUSTED_PROXIES`. */
export class TrustedProxies {
  private readonly logger = new Logger('Proxies');
  private readonly blocks = new BlockList();
  private readonly said = new Set<string>();

  /**
   * @param count how many proxies append to `x-forwarded-for`; with 0 it counts for nothing
   * @param blocks the addresses of the one that connects to the service, each as `isAddressBlock` demands
   */
  constructor(
    readonly count: number,
    blocks: readonly string[],
  ) {
    for (const block of blocks.map(readBlock)) {
      if (block) this.blocks.addSubnet(block.address, block.prefix, block.family);
    }
  }

  /** Whether the header is believed of whoever has this address. @param peer of the socket, as Node writes it */
  includes(peer: string | undefined): boolean {
    const address = normaliseAddress(peer ?? '');
    if (address === undefined) return false;
    return this.blocks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  }

  /**
   * Tells the operator why the header counts for nothing, so that a mistake in the settings is noticed before all clients
   * are taken for one. Each reason is said once: clients can bring it about as often as they like.
   * @param shown what it is about, perhaps written by a client
   */
  warnOnce(reason: string, shown: string): void {
    if (this.said.has(reason)) return;
    this.said.add(reason);
    const text = escapeUnprintable(JSON.stringify(shown.slice(0, MAX_SHOWN)));
    this.logger.warn(
      `x-forwarded-for ${reason}: ${text}. The address of the connection is used. This is said once.`,
    );
  }
}

/** Whether a text is an address or a CIDR block (RFC 4632, RFC 4291 §2.3) of one of the two families. */
export function isAddressBlock(text: string): boolean {
  return readBlock(text) !== undefined;
}

function readBlock(text: string): Block | undefined {
  const [address = '', length, ...more] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (family === undefined || address.includes('%') || more.length > 0) return undefined;
  const longest = family === 'ipv4' ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = Number(length ?? longest);
  return prefix <= longest ? unmapped({ address, prefix, family }) : undefined;
}

/** IPv4 that is mapped into IPv6 (`::ffff:10.0.0.0/104`) is IPv4: that is what peers are compared as. */
function unmapped(block: Block): Block {
  const address = normaliseAddress(block.address) ?? block.address;
  if (block.family === 'ipv4' || !isIPv4(address) || block.prefix < 96) return block;
  return { address, prefix: block.prefix - 96, family: 'ipv4' };
}
