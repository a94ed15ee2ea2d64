import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AssemblyError } from './assembly-error';
import { type Asset, isObject, type Stack, type Template, templateSchema } from './template';

const DEFAULT_REGION = 'us-east-1';
const DEFAULT_ACCOUNT = '000000000000';

interface Artifact {
  readonly type?: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly additionalMetadataFile?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AssemblyError('ASSEMBLY_INVALID', `${file} cannot be read as JSON: synthesise the app again`, { cause });
  }
};

const readTemplate = (file: string): Template => {
  const read = templateSchema.safeParse(readJson(file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join('.') || 'the whole';
  throw new AssemblyError('ASSEMBLY_INVALID', `${file} is not a CloudFormation template: ${place}: ${issue?.message}`);
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** `aws://account/region`, either of which may be unknown: then invented, always the same. */
const environmentOf = (environment = ''): { account: string; region: string } => {
  const [account, region] = environment.replace('aws://', '').split('/');
  return {
    account: account && /^\d{12}$/.test(account) ? account : DEFAULT_ACCOUNT,
    region: region && !region.startsWith('unknown') ? region : DEFAULT_REGION,
  };
};

const readAssets = (directory: string, artifacts: readonly Artifact[]): Asset[] => {
  const assets: Asset[] = [];
  for (const artifact of artifacts) {
    const file = text(artifact.properties?.file);
    if (artifact.type !== 'cdk:asset-manifest' || file === undefined) continue;
    const manifest = readJson(join(directory, file));
    const files = isObject(manifest) && isObject(manifest.files) ? Object.values(manifest.files) : [];
    for (const entry of files) {
      if (!isObject(entry) || !isObject(entry.source) || !isObject(entry.destinations)) continue;
      const path = text(entry.source.path);
      for (const destination of Object.values(entry.destinations)) {
        const objectKey = isObject(destination) ? text(destination.objectKey) : undefined;
        if (path !== undefined && objectKey !== undefined) assets.push({ path: resolve(directory, path), objectKey });
      }
    }
  }
  return assets;
};

/** Construct paths by logical id: newer assemblies keep this metadata in a file of its own. */
const readPaths = (directory: string, artifact: Artifact): Map<string, string> => {
  const extra = artifact.additionalMetadataFile ? join(directory, artifact.additionalMetadataFile) : undefined;
  const sources = [artifact.metadata, extra && existsSync(extra) ? readJson(extra) : undefined];
  const paths = new Map<string, string>();
  for (const source of sources.filter(isObject)) {
    for (const [path, entries] of Object.entries(source)) {
      for (const entry of Array.isArray(entries) ? entries : []) {
        if (entry?.type === 'aws:cdk:logicalId') paths.set(String(entry.data), path.replace(/^\//, ''));
      }
    }
  }
  return paths;
};

const nestedStacks = (stack: Stack): Stack[] =>
  Object.entries(stack.template.Resources ?? {}).flatMap(([logicalId, resource]) => {
    const path = text(resource.Metadata?.['aws:asset:path']);
    if (resource.Type !== 'AWS::CloudFormation::Stack' || path === undefined) return [];
    const file = resolve(stack.directory, path);
    if (!existsSync(file)) return [];
    const nested: Stack = {
      ...stack,
      name: `${stack.name}-${logicalId}`,
      displayName: `${stack.displayName}/${logicalId}`,
      template: readTemplate(file),
      parent: { stack, logicalId },
    };
    return [nested, ...nestedStacks(nested)];
  });

const readManifest = (directory: string): Stack[] => {
  const manifest = readJson(join(directory, 'manifest.json'));
  const artifacts = isObject(manifest) && isObject(manifest.artifacts) ? manifest.artifacts : {};
  const all = Object.values(artifacts).filter(isObject) as Artifact[];
  const assets = readAssets(directory, all);
  return Object.entries(artifacts).flatMap(([id, value]) => {
    const artifact = value as Artifact;
    const inner = text(artifact.properties?.directoryName);
    if (artifact.type === 'cdk:cloud-assembly' && inner !== undefined) return readManifest(join(directory, inner));
    const file = text(artifact.properties?.templateFile);
    if (artifact.type !== 'aws:cloudformation:stack' || file === undefined) return [];
    const stack: Stack = {
      name: text(artifact.properties?.stackName) ?? id,
      displayName: artifact.displayName ?? id,
      ...environmentOf(artifact.environment),
      directory,
      template: readTemplate(join(directory, file)),
      assets,
      paths: readPaths(directory, artifact),
    };
    return [stack, ...nestedStacks(stack)];
  });
};

const readPlainFolder = (directory: string): Stack[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.template.json') && !file.endsWith('.nested.template.json'))
    .sort()
    .flatMap((file) => {
      const name = basename(file, '.template.json');
      const stack: Stack = {
        name,
        displayName: name,
        ...environmentOf(),
        directory,
        template: readTemplate(join(directory, file)),
        assets: [],
        paths: new Map(),
      };
      return [stack, ...nestedStacks(stack)];
    });

/**
 * The stacks of a cloud assembly, nested stages and nested stacks included, or of a plain folder with `*.template.json`
 * (https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cloud-assembly-schema/README.md).
 *
 * @throws AssemblyError when there is no template.
 */
export const loadStacks = (directory: string): readonly Stack[] => {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new AssemblyError(
      'ASSEMBLY_MISSING',
      `There is no folder ${directory}: synthesise the app first (npm run synth)`,
    );
  }
  const manifest = existsSync(join(directory, 'manifest.json'));
  const stacks = manifest ? readManifest(directory) : readPlainFolder(directory);
  if (stacks.length === 0) {
    throw new AssemblyError(
      'ASSEMBLY_MISSING',
      `${directory} holds no stack: name the folder that cdk synth wrote (with manifest.json, or *.template.json)`,
    );
  }
  return stacks;
};
