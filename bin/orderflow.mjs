#!/usr/bin/env node
import { createRequire } from 'node:module';

// The AWS SDK warns of old Nodes on every start.
process.env.NODE_NO_WARNINGS ??= '1';
const require = createRequire(import.meta.url);
require('tsx/cjs/api').register();
require('./orderflow.ts');
