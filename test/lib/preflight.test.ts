import { seenToHold } from '../remembered';
import type * as synthesise from './synthesise';
import { sources } from './templates';

// The rules and the CDK take seconds to load: only when they are asked.
it.each(['dev', 'prod'])(
  '%s meets no rule of what AWS refuses at deployment, but those with a source against them',
  (stage) => {
    seenToHold(`preflight-${stage}`, [...sources, 'test/lib/preflight.test.ts'], () => {
      const { Preflight } = require('cdk-preflight') as typeof import('cdk-preflight');
      const { anApp } = require('./synthesise') as typeof synthesise;
      const { app } = anApp({ stage });
      Preflight.apply(app);
      expect(() => app.synth()).not.toThrow();
    });
  },
);
