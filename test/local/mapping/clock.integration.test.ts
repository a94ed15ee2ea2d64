import { setClock } from '../../stepped-clock';
import { aCollector, aKafka, distinct } from './kafka';

const HOUR_MS = 3_600_000;
const kafka = aKafka();
afterEach(() => setClock(0));

test.each([
  ['half an hour forward', 30 * 60_000],
  ['half an hour back', -30 * 60_000],
  ['three hours back', -3 * HOUR_MS],
])('a clock that is set %s while the mapping runs holds up no batch, no retry and no commit', async (_, step) => {
  const topic = await kafka.topic();
  const { seen, add, until } = aCollector();
  let failures = 0;
  const groupId = `clock-${topic}`;
  kafka.map(
    topic,
    (records) => {
      if (records.some(({ value }) => value === 'again') && failures < 3) {
        // Set within the very work that is then to be repeated.
        setClock(failures % 2 === 0 ? step : 0);
        failures += 1;
        throw new Error('not yet');
      }
      add(records);
    },
    { groupId, batchingWindowMs: 300, maximumRecordAgeSeconds: 60 },
  );
  await kafka.send(topic, ['before']);
  await until(distinct(1));
  setClock(step);
  await kafka.send(topic, ['after', 'again']);
  await until(distinct(3));
  await kafka.committed(groupId, topic, 3);
  expect([seen.map(({ value }) => value), failures]).toEqual([['before', 'after', 'again'], 3]);
});
