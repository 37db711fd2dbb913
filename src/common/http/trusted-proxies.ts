import { BlockList } from 'node:net';
import { Logger } from '@nestjs/common';
import { escapeUnprintable } from '../logging/printable';
import { addBlock, includesAddress } from './address-block';

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
    for (const block of blocks) addBlock(this.blocks, block);
  }

  includes(peer: string | undefined): boolean {
    return includesAddress(this.blocks, peer ?? '');
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
