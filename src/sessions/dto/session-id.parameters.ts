import { RequiredString } from '../../common/validation/parameter.rules';

export class SessionIdParameters {
  @RequiredString()
  sessionId!: string;
}
