#!/usr/bin/env node
import { createRequire } from 'node:module';

// The AWS SDK warns of Node 20 on every start.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const require = createRequire(import.meta.url);
require('tsx/cjs/api').register();
require('./orderflow.ts');
