import { Variable } from './environment-variable';
import { OneOf } from './environment.rules';

const ENVIRONMENTS = ['development', 'test', 'production'] as const;

export class EnvironmentConfig {
  @Variable('NODE_ENV')
  @OneOf(ENVIRONMENTS)
  name: (typeof ENVIRONMENTS)[number] = 'development';

  get isProduction(): boolean {
    return this.name === 'production';
  }
}
