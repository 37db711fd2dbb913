import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { Logger } from '@nestjs/common';
import { escapeUnprintable } from '../logging/printable';
import { normaliseAddress } from './node-name';

interface Block {
  address: string;
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

const MAX_SHOWN = 128;

/** The proxies whose `x-forwarded-for` is trusted: `TRUSTED_PROXY_COUNT` and `TRUSTED_PROXIES`. */
export class TrustedProxies {
  private readonly logger = new Logger('Proxies');
  private readonly blocks = new BlockList();
  private readonly said = new Set<string>();

  /** @param blocks each valid for `isAddressBlock` */
  constructor(
    readonly count: number,
    blocks: readonly string[],
  ) {
    for (const block of blocks.map(readBlock)) {
      if (block) this.blocks.addSubnet(block.address, block.prefix, block.family);
    }
  }

  includes(peer: string | undefined): boolean {
    const address = normaliseAddress(peer ?? '');
    if (address === undefined) return false;
    return this.blocks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  }

  /** Once per reason, because a client can trigger the warning at will; `shown` may come from a client. */
  warnOnce(reason: string, shown: string): void {
    if (this.said.has(reason)) return;
    this.said.add(reason);
    const text = escapeUnprintable(JSON.stringify(shown.slice(0, MAX_SHOWN)));
    this.logger.warn(
      `x-forwarded-for ${reason}: ${text}. The address of the connection is used. This warning is logged once.`,
    );
  }
}

/** Whether a string is an IP address or a CIDR block (RFC 4632, RFC 4291 §2.3). */
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

/** Peers are compared as IPv4, so an IPv4-mapped block becomes an IPv4 block. */
function unmapped(block: Block): Block {
  const address = normaliseAddress(block.address) ?? block.address;
  if (block.family === 'ipv4' || !isIPv4(address) || block.prefix < 96) return block;
  return { address, prefix: block.prefix - 96, family: 'ipv4' };
}
