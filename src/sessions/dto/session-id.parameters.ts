import { Text } from '../../common/validation/rules';

/** Names one session. */
export class SessionIdParameters {
  @Text()
  sessionId!: string;
}
