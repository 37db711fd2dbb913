import { createHash } from 'node:crypto';
import { Prop } from '@nestjs/mongoose';
import { OwnCollection, OwnDocument, ownSchema } from '../../database/own-document';

/** When a personal access token was last used here. */
@OwnCollection('ws_token_uses')
export class TokenUse extends OwnDocument {
  @Prop({ type: String })
  _id!: string;

  @Prop({ type: Date })
  lastUsedAt!: Date;
}

/** Reveals neither the token nor its stored hash. */
export function tokenUseId(hashedToken: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['token use', hashedToken]))
    .digest('base64url');
}

export const TokenUseSchema = ownSchema(TokenUse);
