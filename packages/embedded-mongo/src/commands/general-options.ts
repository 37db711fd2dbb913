/** Fields every command may have. None changes an answer of a single server in memory. */
export const generalOptions: readonly string[] = [
  '$db',
  'lsid',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  '$clusterTime',
  'comment',
];
