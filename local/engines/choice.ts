import { existsSync } from 'node:fs';
import { type KeptEngines, readKeptEngines, type StateFolder, writeKeptEngines } from '../state';
import { dockerAnswers } from './docker';
import { findDynoxide } from './dynoxide';
import { EngineError } from './engine-error';
import type { EngineOptions } from './engine-options';

export interface Choice {
  /** How Kafka runs, and DynamoDB Local where it was asked for; all else is a process always. */
  readonly kind: 'jvm' | 'docker' | 'given';
  /** To be called once they run: from then on the state folder is theirs. */
  keep(): void;
}

/**
 * Which engines a start takes: those the user names, Docker's for Kafka when it answers, the embedded DynamoDB otherwise; and
 * never others than those that the state folder began with, whose data no other can read.
 *
 * @throws EngineError `state_of_others` when they differ, `docker_missing`, `dynoxide_missing`
 */
export async function chooseEngines(options: EngineOptions): Promise<Choice> {
  const { state, given, needs, dynamodbEngine, kind, log } = options;
  const kept = readKeptEngines(state) ?? {};
  const ownKafka = needs.kafka && given.kafka === undefined;
  const ownDynamodb = needs.dynamodb && given.dynamodb === undefined;
  assertReadable(state, kept);
  if (ownDynamodb && kept.dynamodb !== undefined && kept.dynamodb !== dynamodbEngine) {
    throw differs(state, `the ${kept.dynamodb} DynamoDB engine`, `--dynamodb-engine ${kept.dynamodb}`);
  }
  if (ownKafka && kept.kind !== undefined && kind !== 'auto' && kind !== kept.kind) {
    throw differs(state, `engines of --engine ${kept.kind}`, `--engine ${kept.kind}`);
  }
  if (ownDynamodb && dynamodbEngine === 'dynoxide') findDynoxide();
  const byKind = ownKafka || (ownDynamodb && dynamodbEngine === 'dynamodb-local');
  const chosen = byKind ? await dockerOrJvm(kind === 'auto' ? kept.kind : kind, kept.kind !== undefined) : 'given';
  if (chosen === 'docker') log('Docker answers: Kafka runs as a container (--engine jvm runs it without)');
  return {
    kind: chosen,
    keep: () =>
      writeKeptEngines(state, {
        ...kept,
        ...(chosen !== 'given' && { kind: chosen }),
        ...(ownDynamodb && { dynamodb: dynamodbEngine }),
      }),
  };
}

async function dockerOrJvm(wanted: 'jvm' | 'docker' | undefined, isKept: boolean): Promise<'jvm' | 'docker'> {
  if (wanted === 'jvm') return wanted;
  if (await dockerAnswers()) return 'docker';
  if (wanted === undefined) return 'jvm';
  const instead = isKept ? '`npx orderflow reset` and --engine jvm begin anew' : 'use --engine jvm';
  throw new EngineError('docker_missing', `No Docker engine with Compose answers: start Docker, or ${instead}`);
}

/** An earlier version kept tables in DynamoDB Local, without a word about it, and objects in S3Mock. */
function assertReadable(state: StateFolder, kept: KeptEngines): void {
  const database = state.file('dynamodb', 'shared-local-instance.db');
  const isOld =
    kept.dynamodb === undefined &&
    (existsSync(database) || existsSync(state.file('s3', 'objects')) || kept.kind === 'docker');
  if (!isOld) return;
  throw new EngineError(
    'state_of_others',
    `The state in ${state.root} is of an earlier version, with DynamoDB Local and S3Mock, which this one does not go on with: remove it with \`npx orderflow reset\`, or choose another folder with --state`,
  );
}

const differs = (state: StateFolder, began: string, option: string) =>
  new EngineError(
    'state_of_others',
    `The state in ${state.root} began with ${began}, whose data no other can read: go on with ${option}, or begin anew with \`npx orderflow reset\``,
  );
