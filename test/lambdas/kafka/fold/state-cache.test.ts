import { StateCache } from '../../../../lambdas/kafka/fold/state-cache';

const state = (weight: number) => ({ version: 1, state: weight, journal: [], unwritten: [] });
const kept = (cache: StateCache) => ['a', 'b', 'c'].filter((key) => cache.get(key));

test('the key that was used least recently goes first', () => {
  const cache = new StateCache(2);
  cache.set('a', state(1));
  cache.set('b', state(1));
  cache.get('a');
  cache.set('c', state(1));
  expect(kept(cache)).toEqual(['a', 'c']);
});

test('large states count for what they weigh, as they were set last', () => {
  const cache = new StateCache(10, Number);
  cache.set('a', state(4));
  cache.set('b', state(4));
  expect(kept(cache)).toEqual(['a', 'b']);
  cache.set('a', state(7));
  expect(kept(cache)).toEqual(['a']);
  cache.forget('a');
  cache.set('b', state(9));
  cache.set('c', state(1));
  expect(kept(cache)).toEqual(['b', 'c']);
});

test('a state that is too large for all of it is kept as long as it is the newest', () => {
  const cache = new StateCache(10, Number);
  cache.set('a', state(50));
  expect(kept(cache)).toEqual(['a']);
  cache.set('b', state(1));
  expect(kept(cache)).toEqual(['b']);
});
