import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { normaliseAddress } from './node-name';

interface Block {
  address: string;
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

/** Whether a string is an IP address or a CIDR block (RFC 4632, RFC 4291 §2.3). */
export function isAddressBlock(text: string): boolean {
  return readBlock(text) !== undefined;
}

/** @param text valid for `isAddressBlock`; anything else adds nothing */
export function addBlock(blocks: BlockList, text: string): void {
  const block = readBlock(text);
  if (block) blocks.addSubnet(block.address, block.prefix, block.family);
}

/** In any spelling; an IPv4-mapped address counts as IPv4. False for what is no address. */
export function includesAddress(blocks: BlockList, text: string): boolean {
  const address = normaliseAddress(text);
  if (address === undefined) return false;
  return blocks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/**
 * Tells which addresses are in a block, in any spelling. IPv4-mapped addresses count as IPv4, and an IPv6 block holds no
 * IPv4 address, however wide it is.
 * @param text valid for `isAddressBlock`; anything else holds none
 */
export function addressesOf(text: string): (address: string) => boolean {
  const block = readBlock(text);
  const blocks = new BlockList();
  addBlock(blocks, text);
  return (address) => {
    const normal = normaliseAddress(address);
    if (normal === undefined || isIPv4(normal) !== (block?.family === 'ipv4')) return false;
    return blocks.check(normal, block?.family);
  };
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

/** Addresses are compared as IPv4, so an IPv4-mapped block becomes an IPv4 block. */
function unmapped(block: Block): Block {
  const address = normaliseAddress(block.address) ?? block.address;
  if (block.family === 'ipv4' || !isIPv4(address) || block.prefix < 96) return block;
  return { address, prefix: block.prefix - 96, family: 'ipv4' };
}
