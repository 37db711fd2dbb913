// Finds what an import names for eslint-plugin-boundaries: `import()` of our own files ends in `.js`, as it does at run
// time, and the file is a `.ts`.
const node = require('eslint-import-resolver-node');

exports.interfaceVersion = 2;
exports.resolve = (source, file) => {
  const options = { extensions: ['.ts', '.js', '.mjs', '.json', '.node'] };
  const found = node.resolve(source, file, options);
  return found.found ? found : node.resolve(source.replace(/\.js$/, ''), file, options);
};
