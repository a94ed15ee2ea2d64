const { appendFileSync } = require('node:fs');

/** A reporter of jest: appends `passed failed` to the file that ORDERFLOW_TEST_COUNTS names, for .ci/run to sum. */
module.exports = class CountTests {
  onRunComplete(_contexts, results) {
    // A suite that does not load has no tests to fail.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    appendFileSync(process.env.ORDERFLOW_TEST_COUNTS, `${results.numPassedTests} ${failed}\n`);
  }
};
