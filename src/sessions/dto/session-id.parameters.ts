import { RequiredString } from '../../common/validation/parameter.rules';

/** Names one session. */
export class SessionIdParameters {
  @RequiredString()
  sessionId!: string;
}
