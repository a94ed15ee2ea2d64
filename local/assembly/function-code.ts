import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { UnresolvedError } from './assembly-error';
import { recordOf, textOf } from './properties';
import type { ResourceView } from './reading';

/**
 * Writes files into a folder of their own under `root`, named after their content. Complete or absent: they are written
 * beside it and renamed, so that a crash in between leaves nothing that looks whole.
 */
const materialise = (root: string, digest: string, files: Readonly<Record<string, Uint8Array | string>>): string => {
  const folder = join(root, digest.slice(0, 32));
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  for (const [name, content] of Object.entries(files)) {
    const file = resolve(partial, name);
    if (name.endsWith('/') || !file.startsWith(partial + sep)) continue;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, content, { mode: 0o600 });
  }
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Somebody else was faster with the same content.
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
};

const unpack = (archive: string, root: string): string => {
  try {
    const bytes = readFileSync(archive);
    return materialise(root, createHash('sha256').update(bytes).digest('hex'), unzipSync(bytes));
  } catch (cause) {
    throw new UnresolvedError(
      `its code ${archive} cannot be unpacked (${cause instanceof Error ? cause.message : cause})`,
    );
  }
};

const writeInline = (source: string, root: string): string => {
  try {
    return materialise(root, createHash('sha256').update(source).digest('hex'), { 'index.js': source });
  } catch (cause) {
    throw new UnresolvedError(
      `its inline code cannot be written out: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
};

/** The legacy synthesiser hands the key over in a parameter that the asset's metadata names. */
const metadataPath = (resource: ResourceView): string | undefined => textOf(resource.metadata['aws:asset:path']);

const folderOf = (path: string, root: string): string => {
  if (!existsSync(path)) throw new UnresolvedError(`its code ${path} is not there: synthesise the app again`);
  return statSync(path).isDirectory() ? path : unpack(path, root);
};

/**
 * The folder with the code of a function or layer, as it would be uploaded.
 *
 * @param root where inline code and archives are written out.
 * @throws UnresolvedError
 */
export const codeFolder = (resource: ResourceView, property: 'Code' | 'Content', root: string): string => {
  const code = recordOf(resource.raw(property));
  if (code.ZipFile !== undefined) {
    const source = textOf(resource.evaluate(code.ZipFile)) ?? '';
    return writeInline(source, root);
  }
  const path = metadataPath(resource);
  if (path !== undefined) return folderOf(resolve(resource.stack.directory, path), root);
  const key = textOf(resource.evaluate(code.S3Key));
  const asset = resource.stack.assets.find(({ objectKey }) => objectKey === key);
  if (asset !== undefined) return folderOf(asset.path, root);
  throw new UnresolvedError(
    `its code s3://${textOf(resource.evaluate(code.S3Bucket))}/${key} is not an asset of this assembly`,
  );
};
