import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { nameFunctions } from '../../../local/assembly/function-names';
import { findFunction } from '../../../local/assembly/functions';
import { readAssembly } from '../../../local/assembly/read-assembly';
import { aFolder, aFunction, aSystem, endpoints, messages } from './an-assembly';

const named = (path: string, given?: string) => ({ origin: { stack: 's', logicalId: 'L', path }, given });

test.each([
  ['Orderflow/Pipeline/Ingest/Function/Resource', 'ingest'],
  ['App/IngestFunction/Resource', 'ingest'],
  ['App/OrderTracker/Handler/Resource', 'order-tracker'],
  ['App/HTTPProxy/Resource', 'http-proxy'],
  ['App/my_fn/Resource', 'my'],
])('%s is called %s', (path, name) => expect(nameFunctions([named(path)])).toEqual([name]));

test('equal names are told apart by the constructs around them, then by number', () => {
  const paths = [
    'App/Orders/Consumer/Resource',
    'App/Trades/Consumer/Resource',
    'App/Consumer/Resource',
    'App/Consumer/Resource',
  ];
  expect(nameFunctions(paths.map((path) => named(path)))).toEqual([
    'orders-consumer',
    'trades-consumer',
    'consumer',
    'consumer-2',
  ]);
});

test('names are unique whatever the paths, and a FunctionName is kept', () => {
  const path = fc.array(fc.constantFrom('App', 'A', 'B', 'Function', 'Resource', 'a-b'), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.array(path, { maxLength: 8 }), (paths) => {
      const names = nameFunctions(paths.map((ids) => named(ids.join('/'))));
      expect(new Set(names).size).toBe(names.length);
      expect(names.every((name) => /^[a-z0-9-]+$/.test(name))).toBe(true);
    }),
  );
  expect(nameFunctions([named('App/X/Resource', 'MyFunction')])).toEqual(['MyFunction']);
});

test('a function is found by name, ARN, partial ARN, version, alias and invocation path', () => {
  const [fn] = aSystem({ Resources: { Fn: aFunction({ FunctionName: 'ingest' }) } }).functions;
  const arn = fn?.arn ?? '';
  const references = ['ingest', 'ingest:live', arn, `${arn}:live`, `${arn}:7`, '000000000000:function:ingest'];
  const path = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
  for (const reference of [...references, path]) expect(findFunction(fn ? [fn] : [], reference)).toBe(fn);
  for (const other of ['ingest2', 'ing', `${arn}2`]) expect(findFunction(fn ? [fn] : [], other)).toBeUndefined();
});

test('runtimes other than Node, and images, are left out with a notice', () => {
  const system = aSystem({
    Resources: {
      Python: aFunction({ Runtime: 'python3.13' }),
      Image: { Type: 'AWS::Lambda::Function', Properties: { PackageType: 'Image', Code: { ImageUri: 'x' } } },
    },
  });
  expect(system.functions).toEqual([]);
  expect(messages(system)).toEqual([
    'has the runtime python3.13; only nodejs is run offline',
    'is a container image, which is not run offline',
  ]);
});

const anAssembly = (asset: string, files: Readonly<Record<string, unknown>>, extra: object = {}) =>
  aFolder({
    ...files,
    'app.assets.json': {
      files: { abc: { source: { path: asset }, destinations: { here: { bucketName: 'b', objectKey: 'abc.zip' } } } },
    },
    'app.template.json': {
      Resources: { Fn: aFunction({ Code: { S3Bucket: 'b', S3Key: 'abc.zip' }, ...extra }) },
    },
    'manifest.json': {
      artifacts: {
        'app.assets': { type: 'cdk:asset-manifest', properties: { file: 'app.assets.json' } },
        app: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://123456789012/eu-west-1',
          properties: { templateFile: 'app.template.json' },
        },
      },
    },
  });

test('code is found by the key of its asset, without metadata in the template', () => {
  const folder = anAssembly('asset.abc', { 'asset.abc/index.js': '' });
  const [fn] = readAssembly(folder, { endpoints }).functions;
  expect(fn?.codeDirectory).toBe(join(folder, 'asset.abc'));
  expect(fn?.arn).toBe('arn:aws:lambda:eu-west-1:123456789012:function:app-Fn');
});

test('a zipped asset is unpacked once, and nothing leaves its folder', () => {
  const zip = zipSync({
    'index.js': Buffer.from('exports.x = 1'),
    'lib/a.js': Buffer.from('a'),
    '../evil.js': Buffer.from('!'),
  });
  const folder = anAssembly('asset.abc.zip', { 'asset.abc.zip': Buffer.from(zip) });
  const codeRoot = aFolder({});
  const [fn] = readAssembly(folder, { endpoints, codeRoot }).functions;
  const code = fn?.codeDirectory ?? '';
  expect(readFileSync(join(code, 'index.js'), 'utf8')).toBe('exports.x = 1');
  expect(readFileSync(join(code, 'lib/a.js'), 'utf8')).toBe('a');
  expect(existsSync(join(code, '../evil.js'))).toBe(false);
  expect(readAssembly(folder, { endpoints, codeRoot }).functions[0]?.codeDirectory).toBe(code);
});

test('an archive that is none, and an asset that is not there, are said in a line', () => {
  const broken = readAssembly(anAssembly('asset.abc.zip', { 'asset.abc.zip': 'no zip' }), { endpoints });
  expect(messages(broken)).toEqual([expect.stringMatching(/^not run: its code .*asset.abc.zip cannot be unpacked \(/)]);
  const missing = readAssembly(anAssembly('asset.gone', {}), { endpoints });
  expect(messages(missing)).toEqual([
    expect.stringMatching(/^not run: its code .*asset.gone is not there: synthesise/),
  ]);
});

test('inline code that cannot be written out is said in a line', () => {
  const codeRoot = join(aFolder({ 'a file': '' }), 'a file');
  expect(messages(aSystem({ Resources: { Fn: aFunction() } }, { codeRoot }))).toEqual([
    expect.stringMatching(/^not run: its inline code cannot be written out: .*ENOTDIR/),
  ]);
});

test('layers are folders, in order; those of others are left out and said', () => {
  const layer = {
    Type: 'AWS::Lambda::LayerVersion',
    Properties: { Content: { S3Bucket: 'b', S3Key: 'layer.zip' } },
    Metadata: { 'aws:asset:path': 'layer' },
  };
  const folder = aFolder({
    'layer/nodejs/node_modules/x/index.js': '',
    'app.template.json': {
      Resources: {
        Layer: layer,
        Fn: aFunction({ Layers: [{ Ref: 'Layer' }, 'arn:aws:lambda:us-east-1:1:layer:other:3'] }),
      },
    },
  });
  const system = readAssembly(folder, { endpoints });
  expect(system.functions[0]?.layers).toEqual([join(folder, 'layer')]);
  expect(messages(system)).toEqual([
    'layer arn:aws:lambda:us-east-1:1:layer:other:3 is not part of this app, and is left out',
  ]);
});

test('numbers may be written as text, as CloudFormation takes them', () => {
  const [fn] = aSystem({ Resources: { Fn: aFunction({ Timeout: '60', MemorySize: '1024' }) } }).functions;
  expect([fn?.timeoutSeconds, fn?.memoryMb]).toEqual([60, 1024]);
});
