import { refusalCode, valueOf } from '../test/support/bson';
import { accumulators } from './aggregation/accumulators';
import { compileExpression } from './aggregation/expression';
import { lookupOptions } from './aggregation/lookup';
import { stages } from './aggregation/pipeline';
import { unwindOptions } from './aggregation/unwind';
import { generalOptions } from './commands/general-options';
import { commands } from './commands/registry';
import { deleteStatementOptions, updateStatementOptions } from './commands/write.commands';
import { logicalOperators } from './filter/compile';
import { fieldOperators } from './filter/field-operators';
import { projectionOperators } from './projection/compile';
import { indexOptions } from './storage/index-definition';
import { partialFilterOperators } from './storage/partial-filter';
import { pushClauses } from './update/array-operators';
import { updateOperators } from './update/operators';

/** Everything not in these lists is refused. A change here is a change of what the engine promises. */
describe('the embedded engine supports', () => {
  it('these commands, with these options', () => {
    const options = [...commands].map(([name, command]) => [name, command.options.join(' ')]);
    expect(Object.fromEntries(options)).toEqual({
      hello: 'helloOk client compression loadBalanced topologyVersion maxAwaitTimeMS backpressure',
      isMaster:
        'helloOk client compression loadBalanced topologyVersion maxAwaitTimeMS backpressure',
      ismaster:
        'helloOk client compression loadBalanced topologyVersion maxAwaitTimeMS backpressure',
      ping: '',
      buildInfo: '',
      buildinfo: '',
      endSessions: '',
      create: '',
      drop: '',
      dropDatabase: '',
      listCollections: 'filter nameOnly cursor authorizedCollections',
      createIndexes: 'indexes',
      listIndexes: 'cursor',
      dropIndexes: 'index',
      insert: 'documents ordered',
      find: 'filter projection sort skip limit batchSize singleBatch allowDiskUse',
      count: 'query skip limit',
      aggregate: 'pipeline cursor allowDiskUse',
      update: 'updates ordered',
      delete: 'deletes ordered',
      findAndModify: 'query sort fields update remove upsert new',
      findandmodify: 'query sort fields update remove upsert new',
      getMore: 'collection batchSize',
      killCursors: 'cursors',
      explain: 'verbosity',
    });
    expect(generalOptions.join(' ')).toBe(
      '$db lsid $readPreference readConcern writeConcern maxTimeMS $clusterTime comment',
    );
    expect(updateStatementOptions.join(' ')).toBe('q u multi upsert');
    expect(deleteStatementOptions.join(' ')).toBe('q limit');
    expect(indexOptions.join(' ')).toBe(
      'v key name background unique sparse partialFilterExpression expireAfterSeconds',
    );
  });

  it.each([
    ['$and $or $nor', logicalOperators.keys()],
    [
      '$eq $ne $gt $gte $lt $lte $in $nin $exists $not $elemMatch $all $size $type $regex $options',
      fieldOperators.keys(),
    ],
    ['$eq $exists $gt $gte $lt $lte $type', partialFilterOperators],
    ['$elemMatch', projectionOperators],
    ['$set $setOnInsert $unset $inc $min $max $push $addToSet $pull', updateOperators.keys()],
    ['$each $slice $position', pushClauses],
    ['$match $sort $skip $limit $count $project $group $unwind $lookup $facet', stages.keys()],
    ['from localField foreignField as pipeline', lookupOptions],
    ['path preserveNullAndEmptyArrays', unwindOptions],
    ['$first $sum', accumulators.keys()],
  ])('%s', (names, supported) => {
    expect([...supported].join(' ')).toBe(names);
  });

  it.each([[{ $add: [1, 2] }], [{ a: '$b' }], [['$a']], ['$$ROOT']])(
    'no expression but a field path or a constant: not %j',
    (expression) => {
      expect(refusalCode(() => compileExpression(valueOf(expression)))).toBe(115);
    },
  );
});
