import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
try {
  require('tsx/cjs/api').register();
  require('./main.ts');
} catch (error) {
  console.error(error);
  // The log's last error is what the runner tells.
  if (/native build/.test(String(error?.message))) {
    console.error(
      `Error: LevelDB comes without a build for ${process.platform} ${process.arch}: build it by "npm rebuild classic-level --foreground-scripts", or choose --dynamodb-engine dynoxide, or --dynamodb <url>`,
    );
  }
  process.exitCode = 1;
}
