import { createCommitter } from '../../../local/mapping/committer';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A committer whose sends are answered by hand. */
function aCommitter() {
  const state = { due: new Map<number, number>(), sent: [] as Map<number, number>[] };
  const answers: { accept: () => void; refuse: (error: Error) => void }[] = [];
  const committer = createCommitter({
    due: () => new Map(state.due),
    send: (offsets) => {
      state.sent.push(new Map(offsets));
      return new Promise((accept, refuse) => answers.push({ accept, refuse }));
    },
    onCommitted: (offsets) => {
      for (const [partition, offset] of offsets) if (state.due.get(partition) === offset) state.due.delete(partition);
    },
  });
  return { ...state, answers, committer };
}

test('what settles within the spacing goes in one commit', async () => {
  const { committer, due, sent } = aCommitter();
  due.set(0, 5);
  committer.nudge();
  due.set(0, 9).set(1, 2);
  committer.nudge();
  await jest.advanceTimersByTimeAsync(50);
  expect(sent).toEqual([
    new Map([
      [0, 9],
      [1, 2],
    ]),
  ]);
});

test('while one commit is under way another waits, and follows by itself', async () => {
  const { committer, due, sent, answers } = aCommitter();
  due.set(0, 5);
  committer.nudge();
  await jest.advanceTimersByTimeAsync(50);
  due.set(0, 7);
  committer.nudge();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(sent).toHaveLength(1);
  answers[0]?.accept();
  await jest.advanceTimersByTimeAsync(100);
  expect(sent[1]).toEqual(new Map([[0, 7]]));
});

test('a refused commit is tried again', async () => {
  const { committer, due, sent, answers } = aCommitter();
  due.set(0, 5);
  committer.nudge();
  await jest.advanceTimersByTimeAsync(50);
  answers[0]?.refuse(new Error('Kafka is away'));
  await jest.advanceTimersByTimeAsync(500);
  expect(sent).toHaveLength(2);
});

test('closing commits what is due once more, and does not mind a refusal', async () => {
  const { committer, due, sent, answers } = aCommitter();
  due.set(0, 5);
  const closed = committer.close();
  await jest.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([new Map([[0, 5]])]);
  answers[0]?.refuse(new Error('Kafka is away'));
  await closed;
  committer.nudge();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(sent).toHaveLength(1);
});
