import { createSilence } from '../../../local/mapping/silence';

function aSilence() {
  const clock = { now: 1_000_000 };
  return { clock, silence: createSilence(4_000, 20_000, () => clock.now) };
}

test('the first answer may take longer than those after it', () => {
  const { clock, silence } = aSilence();
  clock.now += 20_000;
  expect(silence.lasts()).toBe(false);
  silence.heard();
  clock.now += 4_000;
  expect(silence.lasts()).toBe(false);
  clock.now += 1;
  expect(silence.lasts()).toBe(true);
  silence.heard();
  expect(silence.lasts()).toBe(false);
});

test('who does not ask misses no answer, and after a long wait the next one has its whole time', () => {
  const { clock, silence } = aSilence();
  silence.pause();
  // The answer to what was asked before.
  silence.heard();
  clock.now += 60_000;
  expect(silence.lasts()).toBe(false);
  silence.ask();
  clock.now += 4_000;
  expect(silence.lasts()).toBe(false);
  clock.now += 1;
  expect(silence.lasts()).toBe(true);
});
