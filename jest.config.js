// Nest 12, otplib and their dependencies are ES modules; Jest runs CommonJS, so they are transformed too.
const esm = [
  '@nestjs',
  'otplib',
  '@otplib',
  '@noble',
  '@scure',
  '@borewit',
  '@tokenizer',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  'content-disposition',
  'cookie',
];

const swc = (syntax) => [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2023',
      parser:
        syntax === 'typescript'
          ? { syntax, decorators: true, dynamicImport: true }
          : { syntax, dynamicImport: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  },
];

/** @type {import('jest').Config} */
module.exports = {
  roots: [
    '<rootDir>/src',
    '<rootDir>/test',
    '<rootDir>/packages/embedded-mongo/src',
    '<rootDir>/packages/embedded-mongo/test',
  ],
  // Its source, so that a test never runs on a stale build; what a built service loads is built by `npm test`.
  moduleNameMapper: {
    // import() needs an extension, also of what is not compiled yet.
    '^(\\.{1,2}/.+\\.command)\\.js$': '$1',
    '^@workspace-sessions/embedded-mongo$': '<rootDir>/packages/embedded-mongo/src/index.ts',
  },
  testRegex: '\\.(spec|e2e-spec|int-spec|model-spec)\\.ts$',
  testEnvironment: '<rootDir>/test/runner/one-scope.environment.cjs',
  runtime: '<rootDir>/test/runner/packages-once.runtime.cjs',
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.m?js$': swc('ecmascript') },
  transformIgnorePatterns: [`/node_modules/(?!.*/node_modules/)(?!(?:${esm.join('|')})/)`],
  testTimeout: 30_000,
  // By default Jest leaves a core idle.
  maxWorkers: '100%',
};
