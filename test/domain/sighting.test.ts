import { describe, expect, it } from 'vitest';
import { firstSight, look, ripe, type Sighting } from '#domain/sighting.ts';
import { HOUR, MINUTE, NOON } from './given.ts';

/** Looks once a minute at what the script shows; `.` is a look that shows nothing. Gives what is due, as `version@minute after noon`. */
function watch(script: string) {
  const [first = '', ...looks] = script.trim().split(/\s+/);
  let seen = firstSight('checkout', 'label', first.split('+'), NOON);
  const due: string[] = [];
  let last: Sighting | undefined;
  for (const [i, shown] of looks.entries()) {
    if (shown === '.') continue;
    const round = ripe(look(seen, shown.split('+'), NOON + (i + 1) * MINUTE));
    seen = round.rest;
    last = round.due.at(-1) ?? last;
    for (const { version, firstAt, previous, goneAt } of round.due) {
      const from = previous === undefined ? '' : `<${previous}`;
      due.push(`${version}@${(firstAt - NOON) / MINUTE}${from}${goneAt === undefined ? '' : ' again'}`);
    }
  }
  return { due, seen, last };
}
const times = (count: number, shown: string) => ` ${Array(count).fill(shown).join(' ')} `;

describe('a version that the metrics show', () => {
  it.each<[string, string, readonly string[]]>([
    ['is known at the very first sight', 'v1 v1 v1 v1 v1 v1 v1 v1', []],
    ['is known at the very first sight, beside another one', `v1+v2${times(9, 'v1+v2')}`, []],
    ['is new when it takes another one’s place, once', `v1 v2${times(30, 'v2')}`, ['v2@1<v1']],
    [
      'is new when it took another one’s place slowly',
      `v1${times(25, 'v1+v2')}${times(5, 'v2')}`,
      ['v2@1<v1'],
    ],
    [
      'is new when it took another one’s place after hours side by side, blue and green',
      `v1${times(120, 'v1+v2')}${times(30, 'v2')}`,
      ['v2@1<v1'],
    ],
    ['is new when it stays beside another one for good', `v1${times(181, 'v1+v2')}`, ['v2@1<v1']],
    ['is not known to be new while it runs beside another one', `v1${times(60, 'v1+v2')}`, []],
    [
      'is new when it took the place of one of two, for two clusters have each their own',
      `v1+v2${times(60, 'v1+v2')}v1+v2+v3${times(12, 'v1+v3')}`,
      ['v3@61<v2'],
    ],
    [
      'is none when a batch job carries it beside the service, every night',
      `v1 ${times(5, `${times(45, 'v1+batch-7')}${times(200, 'v1')}`)}`,
      [],
    ],
    [
      'is none when a batch job carries it beside two clusters, every half hour',
      `v1+v2 ${times(12, `${times(10, 'v1+v2+batch-7')}${times(20, 'v1+v2')}`)}`,
      [],
    ],
    [
      'is put back by nobody when the old one was not scraped for three minutes in the midst of a rollout',
      `v1${times(60, 'v1')}${times(4, 'v1+v2')}${times(3, 'v2')}${times(8, 'v1+v2')}${times(30, 'v2')}`,
      ['v2@61<v1'],
    ],
    [
      'is put back by nobody when the old one was not scraped for ten minutes in the midst of a rollout',
      `v1${times(60, 'v1')}${times(4, 'v1+v2')}${times(10, 'v2')}${times(8, 'v1+v2')}${times(30, 'v2')}`,
      ['v2@61<v1'],
    ],
    [
      'is put back by nobody when first the old and then the new one was not scraped for a while',
      `v1${times(4, 'v1+v2')}${times(6, 'v2')}v1+v2${times(6, 'v1')}${times(5, 'v1+v2')}${times(30, 'v2')}`,
      ['v2@1<v1'],
    ],
    [
      'is not new when one of two clusters was away for 35 minutes, and then the other',
      `v1+v2${times(120, 'v1+v2')}${times(35, 'v1')}${times(60, 'v1+v2')}${times(35, 'v2')}${times(60, 'v1+v2')}`,
      [],
    ],
    [
      'is not new when one of two clusters was away for 35 minutes, and then the other for five',
      `v1+v2${times(120, 'v1+v2')}${times(35, 'v1')}${times(5, 'v1+v2')}${times(5, 'v2')}${times(60, 'v1+v2')}`,
      [],
    ],
    [
      'is not new when a cluster was away for minutes just after Bellbuoy came',
      `v1+v2${times(10, 'v1+v2')}${times(15, 'v1')}${times(9, 'v1+v2')}${times(15, 'v2')}${times(9, 'v1+v2')}`,
      [],
    ],
    [
      'is not new when Prometheus was away for hours and found one cluster after the other',
      `v1+v2${times(60, 'v1+v2')}${times(150, '.')}v1 v1 v1${times(30, 'v1+v2')}`,
      [],
    ],
    [
      'is new again when it runs alone again, in however long it takes the other one’s place',
      `v1${times(200, 'v2')}${times(20, 'v1+v2')}${times(10, 'v1')}`,
      ['v2@1<v1', 'v1@201<v2 again'],
    ],
    [
      'is new again from when it runs alone, when it was put back after hours side by side',
      `v1${times(200, 'v2')}${times(60, 'v1+v2')}${times(30, 'v1')}`,
      ['v2@1<v1', 'v1@261<v2 again'],
    ],
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

  it.each<[string, string, boolean]>([
    [
      'is no rollback when it was only tried before, beside the old one, and is tried again',
      `v1${times(20, 'v1+v2')}${times(600, 'v1')}${times(20, 'v1+v2')}${times(5, 'v2')}`,
      false,
    ],
    [
      'is no rollback when it was tried for hours before, beside the old one, and is tried again',
      `v1${times(240, 'v1+v2')}${times(600, 'v1')}${times(20, 'v1+v2')}${times(10, 'v2')}`,
      false,
    ],
    ['is a rollback when it ran alone before', `v1${times(20, 'v2')}${times(10, 'v1')}`, true],
    [
      'is a rollback when it ran alone before, also the second time, and after it came back for a moment only',
      `v1${times(20, 'v2')}${times(10, 'v1')}${times(20, 'v2')}v1${times(20, 'v2')}${times(10, 'v1')}`,
      true,
    ],
  ])('%s', (_, script, expected) => {
    expect(watch(script).last?.ranBefore ?? false).toBe(expected);
  });

  it('is given the time to be announced also when Bellbuoy was away as it came', () => {
    const seen = firstSight('checkout', 'label', ['v1'], NOON);
    const back = look(seen, ['v2'], NOON + 3 * HOUR);
    expect(ripe(back).due).toEqual([]);
    let later = back;
    for (let minute = 1; minute <= 5; minute += 1)
      later = look(later, ['v2'], NOON + 3 * HOUR + minute * MINUTE);
    expect(ripe(later).due).toHaveLength(1);
  });

  it('is remembered with the last fifty that are gone, and no more', () => {
    const { seen } = watch(`v0${Array.from({ length: 70 }, (_, n) => times(8, `v${n + 1}`)).join(' ')}`);
    expect(seen.versions).toHaveLength(51);
    expect(seen.versions.map(({ version }) => version)).toContain('v69');
  });
});
