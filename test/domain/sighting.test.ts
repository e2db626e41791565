import { describe, expect, it } from 'vitest';
import { firstSight, look, ripe } from '#domain/sighting.ts';
import { HOUR, MINUTE, NOON } from './given.ts';

/** Looks once a minute at what the script shows; `.` is a look that shows nothing. Gives what is due, as `version@minute after noon`. */
function watch(script: string) {
  const [first = '', ...looks] = script.trim().split(/\s+/);
  let seen = firstSight('checkout', 'label', first.split('+'), NOON);
  const due: string[] = [];
  for (const [i, shown] of looks.entries()) {
    if (shown === '.') continue;
    const round = ripe(look(seen, shown.split('+'), NOON + (i + 1) * MINUTE));
    seen = round.rest;
    for (const { version, firstAt, previous, goneAt } of round.due) {
      const from = previous === undefined ? '' : `<${previous}`;
      due.push(`${version}@${(firstAt - NOON) / MINUTE}${from}${goneAt === undefined ? '' : ' again'}`);
    }
  }
  return { due, seen };
}
const times = (count: number, shown: string) => ` ${Array(count).fill(shown).join(' ')} `;

describe('a version that the metrics show', () => {
  it.each<[string, string, readonly string[]]>([
    ['is known at the very first sight', 'v1 v1 v1 v1 v1 v1 v1 v1', []],
    ['is known at the very first sight, beside another one', `v1+v2${times(9, 'v1+v2')}`, []],
    ['is new when it takes another one’s place, once', `v1 v2${times(30, 'v2')}`, ['v2@1<v1']],
    ['is new when it comes up beside another one', `v1 v1+v2${times(9, 'v1+v2')}`, ['v2@1<v1']],
    [
      'is not new when it flickers while a rollout goes on',
      `v1 v1+v2 v2 v1 v1+v2 v2 v1+v2 v2 v2${times(9, 'v2')}`,
      ['v2@1<v1'],
    ],
    ['is not new when its last pod is scraped once more', `v1 v2 v2 v1+v2${times(9, 'v2')}`, ['v2@1<v1']],
    ['is not new when its label was away', `v1 v1${times(40, '.')}${times(9, 'v1')}`, []],
    ['is new when it came while nothing was shown', `v1${times(20, '.')}${times(9, 'v2')}`, ['v2@21<v1']],
    ['is nothing when it was tried beside another one and taken back', `v1 v1+v2 v1+v2${times(9, 'v1')}`, []],
    [
      'is told of though it ran for minutes only, if it ran alone',
      `v1 v2 v2 v2 v1${times(9, 'v1')}`,
      ['v2@1<v1', 'v1@4<v2 again'],
    ],
    [
      'is new again when it is put back after another one ran alone',
      `v1 v2${times(20, 'v2')}v1${times(9, 'v1')}`,
      ['v2@1<v1', 'v1@22<v2 again'],
    ],
    [
      'is new again the second time that it is tried',
      `v1 v1+v2${times(9, 'v1')}v1+v2${times(9, 'v2')}`,
      ['v2@11<v1'],
    ],
    [
      'is not new when it ran beside another one for long and its metrics were away for a while',
      `v1+v2${times(60, 'v1+v2')}${times(20, 'v2')}${times(9, 'v1+v2')}`,
      [],
    ],
  ])('%s', (_, script, expected) => {
    expect(watch(script).due).toEqual(expected);
  });

  it('is given the time to be announced also when Bellbuoy was away as it came', () => {
    const seen = firstSight('checkout', 'label', ['v1'], NOON);
    const back = look(seen, ['v2'], NOON + 3 * HOUR);
    expect(ripe(back).due).toEqual([]);
    expect(ripe(look(back, ['v2'], NOON + 3 * HOUR + 5 * MINUTE)).due).toHaveLength(1);
  });

  it('is remembered with the last fifty that are gone, and no more', () => {
    const { seen } = watch(`v0${Array.from({ length: 70 }, (_, n) => times(8, `v${n + 1}`)).join(' ')}`);
    expect(seen.versions).toHaveLength(51);
    expect(seen.versions.map(({ version }) => version)).toContain('v69');
  });
});
