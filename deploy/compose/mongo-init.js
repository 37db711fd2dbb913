// Run by mongosh. Makes the three members a replica set and creates the service's user, unless they are there already.
const { readFileSync } = require('node:fs');

const DATABASE = 'rocketchat';
const MEMBERS = ['mongo-1:27017', 'mongo-2:27017', 'mongo-3:27017'];
const NOT_YET_INITIALIZED = 94;

const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();
const address = (hosts, options) =>
  `mongodb://root:${encodeURIComponent(secret('mongo-root-password'))}@${hosts}/admin?${options}`;

const first = connect(address(MEMBERS[0], 'directConnection=true'));
try {
  first.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  const members = MEMBERS.map((host, _id) => ({ _id, host, priority: _id === 0 ? 2 : 1 }));
  first.adminCommand({ replSetInitiate: { _id: 'rs0', members } });
}

// This waits for a primary.
const admin = connect(address(MEMBERS.join(','), 'replicaSet=rs0'));
const own = admin.getSiblingDB(DATABASE);
if (own.getUser('workspace-sessions') === null) {
  own.createUser({
    user: 'workspace-sessions',
    pwd: secret('mongo-service-password'),
    // This database and no other.
    roles: [{ role: 'readWrite', db: DATABASE }],
  });
}
print('The replica set has a primary, and the user is there.');
