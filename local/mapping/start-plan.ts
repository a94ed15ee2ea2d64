import type { MappingModel } from '../model';

/** A partition as Kafka has it now, and what the group committed there. */
export interface PartitionState {
  readonly partition: number;
  /** The first offset kept. */
  readonly low: number;
  /** The one after the last. */
  readonly high: number;
  /** Missing where the group has committed nothing. */
  readonly committed?: { readonly offset: number; readonly topicId?: string | undefined };
  /** The first offset of the starting time or later, with AT_TIMESTAMP; missing where there is none. */
  readonly atTimestamp?: number;
}

export interface Start {
  readonly partition: number;
  readonly offset: number;
  readonly why:
    | 'committed'
    /** The group begins; by the mapping's starting position. */
    | 'first'
    /** The group has begun, and this partition was added since. */
    | 'added'
    /** What was committed is another topic's, which had the same name. */
    | 'made-again'
    /** Kafka no longer keeps what was committed. */
    | 'gone'
    /** What was committed lies behind the end. */
    | 'beyond-end';
  /** With `gone`: how many offsets were passed over. */
  readonly lost: number;
}

export interface StartRules extends Pick<MappingModel, 'startingPosition'> {
  /** The topic's id now; undefined when the broker tells none. */
  readonly topicId: string | undefined;
  /** The id that the mapping knew before. */
  readonly knownTopicId: string | undefined;
}

/**
 * Where a mapping reads on, by the rule that loses nothing: the starting position is for a group that has never read the topic.
 * Whatever came where the group has read before (a topic made again, a partition added, a log whose end went back) is read
 * from its first record on, be it once more. AWS does not say what Lambda does there.
 */
export function planStarts(states: readonly PartitionState[], rules: StartRules): Start[] {
  const { topicId, knownTopicId, startingPosition } = rules;
  const isOther = (id: string | undefined) => id !== undefined && topicId !== undefined && id !== topicId;
  const hasBegun = states.some(({ committed }) => committed !== undefined && !isOther(committed.topicId));
  const isMadeAgain = isOther(knownTopicId) || states.some(({ committed }) => isOther(committed?.topicId));
  return states.map(({ partition, low, high, committed, atTimestamp }) => {
    const at = (offset: number, why: Start['why'], lost = 0): Start => ({ partition, offset, why, lost });
    if (committed === undefined) {
      if (isMadeAgain) return at(low, 'made-again');
      if (hasBegun && startingPosition !== 'TRIM_HORIZON') return at(low, 'added');
      if (startingPosition === 'LATEST') return at(high, 'first');
      if (startingPosition === 'AT_TIMESTAMP') return at(atTimestamp ?? high, 'first');
      return at(low, 'first');
    }
    const isOfOther = committed.topicId === undefined ? isOther(knownTopicId) : isOther(committed.topicId);
    if (isOfOther) return at(low, 'made-again');
    if (committed.offset > high) return at(low, 'beyond-end');
    if (committed.offset < low) return at(low, 'gone', low - committed.offset);
    return at(committed.offset, 'committed');
  });
}

/** What people should know of the starts, a line each. */
export function tellStarts(topic: string, states: readonly PartitionState[], starts: readonly Start[]): string[] {
  const of = (why: Start['why']) => starts.filter((start) => start.why === why);
  const before = (partition: number) => states.find((state) => state.partition === partition)?.committed?.offset;
  const names = (some: readonly Start[]) => some.map(({ partition }) => `${topic}-${partition}`).join(', ');
  const lines = [
    ...of('gone').map(({ partition, offset, lost }) => tellGone(topic, partition, offset - lost, offset)),
    ...of('beyond-end').map(
      ({ partition, offset }) =>
        `the committed offset ${before(partition)} of ${topic}-${partition} lies behind its end: Kafka lost or restored data; reading it from its first record, ${offset}`,
    ),
  ];
  if (of('made-again').length > 0) {
    lines.push(
      `topic ${topic} was deleted and made again: forgetting what belonged to the old one, reading it from its first record`,
    );
  }
  if (of('added').length > 0) lines.push(`${names(of('added'))} joined: reading from the first record`);
  return lines;
}

/** That records which were still to be read are no longer there. */
export const tellGone = (topic: string, partition: number, from: number, to: number): string =>
  `${to - from} record${to - from === 1 ? '' : 's'} of ${topic}-${partition} from offset ${from} on are gone before they were read: retention has passed them, or somebody deleted them; reading on at ${to}`;
