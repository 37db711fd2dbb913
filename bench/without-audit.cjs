// For `node --require`, by the benchmark alone: the service audits nothing, so that its audit can be measured. A program has
// no such switch; whoever can add arguments to its command line can run any other program as well.
const { RequestAuditor } = require('../dist/access/request.auditor.js');

RequestAuditor.prototype.observe = () => undefined;
console.warn('NOTHING IS AUDITED: this is a measurement.');
