import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadOptions, readAssembly } from '../../../local/assembly/read-assembly';
import type { Resource, Template } from '../../../local/assembly/template';
import type { SystemModel } from '../../../local/model';
import { temporaryFolder } from '../../temporary-folder';

export const endpoints = {
  kafka: 'localhost:9092',
  dynamodb: 'http://127.0.0.1:8000',
  api: 'http://localhost:3000',
};

/** A folder with templates and files in it; `{ 'app.template.json': {...} }`. */
export const aFolder = (files: Readonly<Record<string, unknown>>): string => {
  const folder = temporaryFolder('assembly');
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  return folder;
};

/** The system in a single template, of a stack named `app`. */
export const aSystem = (template: Template, options: Partial<ReadOptions> = {}): SystemModel =>
  readAssembly(aFolder({ 'app.template.json': template }), { endpoints, ...options });

/** A function with inline code. */
export const aFunction = (properties: Readonly<Record<string, unknown>> = {}, path?: string): Resource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: 'exports.handler = 0' },
    ...properties,
  },
  ...(path === undefined ? {} : { Metadata: { 'aws:cdk:path': path } }),
});

/** A mapping of `Consumer` on the topic `orders` of an MSK cluster. */
export const aMapping = (properties: Readonly<Record<string, unknown>> = {}): Resource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    FunctionName: { Ref: 'Consumer' },
    EventSourceArn: 'arn:aws:kafka:us-east-1:000000000000:cluster/main/abc-1',
    Topics: ['orders'],
    StartingPosition: 'TRIM_HORIZON',
    ...properties,
  },
});

export const messages = ({ notices }: SystemModel): string[] => notices.map(({ message }) => message);
