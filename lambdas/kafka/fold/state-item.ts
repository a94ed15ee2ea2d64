import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DependencyError } from '../../errors';
import { packed, unpacked } from '../dynamo/packed';
import type { StoredState } from './store';

/**
 * The attributes of a state's row besides its key: `version`, and `row`, deflated JSON of the rest.
 *
 * One attribute, since a write unit is a kilobyte of the item: state, facts and outcomes repeat each other's names and ids, and
 * together take half the bytes that they take apart.
 */
export function writeState({ version, ...row }: StoredState): { version: AttributeValue; row: AttributeValue } {
  return { version: { N: String(version) }, row: { B: packed(row) } };
}

/**
 * @param item with at least the attributes `version` and `row`
 * @throws DependencyError `state_unreadable`: its records wait until somebody has looked at it
 */
export function readState({ version, row, pk, sk }: Readonly<Record<string, AttributeValue>>): StoredState {
  if (!row?.B) {
    const place = [pk, sk].flatMap((part) => part?.S ?? []).join(' ');
    throw new DependencyError(
      'state_unreadable',
      `The row ${place} holds no state: another version of the app wrote it`,
    );
  }
  return { version: Number(version?.N), ...(unpacked(row.B) as Omit<StoredState, 'version'>) };
}
