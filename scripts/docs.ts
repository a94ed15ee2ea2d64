/**
 * `npm run docs`: writes the parts of docs/ that follow from the code, between their markers. `--check` writes nothing and
 * exits 1 when a part is not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storageDiagram, storageTables, topologyDiagram, topologyTables } from '../lib/topology-document';
import { codeTables, envelopeTable, eventCatalogue } from './events-document';

const parts: Record<string, Record<string, () => string>> = {
  'docs/architecture.md': {
    diagram: topologyDiagram,
    topics: topologyTables,
    keeps: storageDiagram,
    storage: storageTables,
  },
  'docs/events.md': { envelope: envelopeTable, events: eventCatalogue, codes: codeTables },
};

const root = join(__dirname, '..');
const stale: string[] = [];
for (const [file, sections] of Object.entries(parts)) {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const after = Object.entries(sections).reduce(
    (text, [name, make]) => replaceSection(file, text, name, make()),
    before,
  );
  if (after === before) continue;
  stale.push(file);
  if (!process.argv.includes('--check')) writeFileSync(path, after);
}
if (stale.length > 0) {
  const check = process.argv.includes('--check');
  console.log(`${stale.join(', ')} ${check ? 'is not up to date: run `npm run docs`' : 'written'}`);
  process.exitCode = check ? 1 : 0;
}

function replaceSection(file: string, text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${file} lacks the markers of its part ${name}: put back ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n${content.trim()}\n${text.slice(to)}`;
}
