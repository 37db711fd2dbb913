import { findLostChoices } from './lost-choice';

const URI = 'mongodb://user:hunter2@db.example.com/chat';

describe('findLostChoices', () => {
  it.each([
    // Rocket.Chat and Meteor.
    'MONGO_URL',
    'MONGO_OPLOG_URL',
    // Other programs, hosts and libraries.
    'MONGO_URI',
    'MONGODB_URL',
    'MONGO_DB_URI',
    'MONGODB_CONNECTION_STRING',
    'MONGO_CONNECTION_URI',
    'MONGOHQ_URL',
    'MONGODB_DSN',
    'MONGODB_URI_FILE',
    // Slips.
    'mongodb_uri',
    'MONGODBURI',
    'MONGODB-URI',
    'MONGODB_URl',
    'MONGDB_URI',
    'MONOGDB_URI',
    'MONGODB_UIR',
    'MONGODB_UR',
    'MONGODB_URII',
    'NONGODB_URI',
  ])('reports that %s was meant to name a database', (name) => {
    const [line, ...more] = findLostChoices({ [name]: URI });
    expect(line).toContain(`${name} is not read: name the database in MONGODB_URI`);
    expect(line).not.toContain('hunter2');
    expect(more).toEqual([]);
  });

  it.each(['DATABASE_URL', 'DB_URI', 'DATABASE'])(
    'reports %s only when its value is a MongoDB address',
    (name) => {
      expect(findLostChoices({ [name]: URI })).toHaveLength(1);
      expect(findLostChoices({ [name]: 'mongodb+srv://a.example.com/chat' })).toHaveLength(1);
      expect(findLostChoices({ [name]: 'postgres://db/chat' })).toEqual([]);
    },
  );

  it('reports any variable of the file that holds an address, except the one for the tests', () => {
    expect(
      findLostChoices({ CHAT: URI, TEST_MONGODB_URI: URI }, ['CHAT', 'TEST_MONGODB_URI']),
    ).toEqual([expect.stringContaining('CHAT is not read')]);
    expect(findLostChoices({ CHAT: URI })).toEqual([]);
  });

  it.each(['NODEENV', 'node_env', 'NODE_EVN', 'NODE_ENVS', 'NOD_ENV'])(
    'reports that %s was meant to choose production',
    (name) => {
      expect(findLostChoices({ [name]: 'production' })).toEqual([
        expect.stringContaining(`${name} is not read: write NODE_ENV`),
      ]);
      expect(findLostChoices({ [name]: 'development' })).toEqual([]);
    },
  );

  it.each(['', ' ', '\t'])('reports that MONGODB_URI=%j is a mistake', (MONGODB_URI) => {
    expect(findLostChoices({ MONGODB_URI })).toEqual([
      'MONGODB_URI is set, but empty: name the database, or unset it to run the demo',
    ]);
  });

  it('nothing is lost where MONGODB_URI decides, or no variable names a database', () => {
    expect(findLostChoices({ MONGODB_URI: 'mongodb://db/x', MONGO_URL: URI })).toEqual([]);
    // What containers and shells set by themselves, and blank values.
    const usual = {
      MONGODB_PORT: 'tcp://10.0.0.1:27017',
      MONGODB_SERVICE_HOST: '10.0.0.1',
      MONGO_PORT_27017_TCP_ADDR: '10.0.0.1',
      MONGODB_VERSION: '8.0',
      TEST_MONGODB_URI: URI,
      MONGO_URL: '',
      NODE_ENV: 'development',
      NODE_OPTIONS: '',
      PATH: '/bin',
    };
    expect(findLostChoices(usual)).toEqual([]);
  });
});
