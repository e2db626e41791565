import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CohortsDrawing } from '#domain/panel.ts';
import { MINUTE } from '#domain/time.ts';
import { altText } from '#render/alt-text.ts';
import { paletteOf } from '#render/theme.ts';
import {
  CHANGES,
  COHORT_DRAWINGS,
  cohorts,
  ERRORS,
  FLAGS,
  FROM,
  failing,
  lineOf,
  panelOf,
  TO,
} from './cohort-drawings.ts';
import { contrast, faultsIn, type PlacedText, sceneOf } from './scene.ts';

const PLOT = { left: 54, width: 328 };
const { on: ON, off: OFF } = paletteOf('light').cohorts;

function drawn(name: string): CohortsDrawing {
  const drawing = COHORT_DRAWINGS[name];
  if (drawing === undefined) throw new Error(name);
  return drawing;
}
const xOf = (at: number) => PLOT.left + ((at - FROM) / (TO - FROM)) * PLOT.width;
/** What stands at a line's end, or in its place. */
const isLabel = (text: string) => /^(on|off):? (\d|no data)/.test(text);
const ends = (texts: readonly PlacedText[]) =>
  texts.filter(({ text }) => isLabel(text)).map(({ text, color }) => ({ text, color }));
const wordsOf = async (name: string) => (await sceneOf(drawn(name), 'light')).texts.map(({ text }) => text);

/** The lines of one colour as they are drawn: from where to where, in pixels. */
async function strokes(name: string, color: string) {
  const { sheet } = await sceneOf(drawn(name), 'light');
  const pieces = Map.groupBy(
    sheet.lines.filter((point) => point.color === color && point.width < 4),
    ({ line }) => line,
  );
  const dots = sheet.lines.filter((point) => point.color === color && point.width > 4);
  return {
    dots: [...Map.groupBy(dots, ({ line }) => line).values()].map(([first]) => first?.x),
    pieces: [...pieces.values()].map((points) => [points[0]?.x, points.at(-1)?.x]),
  };
}

describe('the picture of a rollout', () => {
  it('tells on from off by colour and by words, with what each came to', async () => {
    const { texts } = await sceneOf(cohorts([ERRORS]), 'light');
    expect(ends(texts)).toEqual([
      { text: 'on 2.1 %', color: ON.line },
      { text: 'off 0.4 %', color: OFF.line },
    ]);
  });

  it.each(['light', 'dark'] as const)(
    'draws in orange and blue that can be read in the %s theme',
    (theme) => {
      const { cohorts: own, paper } = paletteOf(theme);
      const channels = ({ line }: { line: string }) =>
        [1, 3, 5].map((i) => Number.parseInt(line.slice(i, i + 2), 16));
      const [onRed = 0, , onBlue = 0] = channels(own.on);
      const [offRed = 0, , offBlue = 0] = channels(own.off);
      expect([onRed > onBlue, offBlue > offRed]).toEqual([true, true]);
      for (const { line } of Object.values(own)) expect(contrast(line, paper)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('shows both bands where they overlap: each lets the other be seen through', async () => {
    const { sheet } = await sceneOf(cohorts([ERRORS]), 'light');
    expect(new Set(sheet.areas.map(({ color }) => color))).toEqual(new Set([ON.band, OFF.band]));
    for (const { band } of [ON, OFF]) expect(Number.parseInt(band.slice(7), 16)).toBeLessThan(0x60);
  });

  it('begins each step anew: the line ends where the flag changed, and a dot says that counting began', async () => {
    const [first, second, back] = CHANGES;
    const { pieces, dots } = await strokes('cohorts with a deploy beside the step', ON.line);
    expect(pieces).toEqual([
      [expect.closeTo(xOf(first + 2 * MINUTE)), expect.closeTo(xOf(second))],
      [expect.closeTo(xOf(second + 2 * MINUTE)), expect.closeTo(xOf(back))],
    ]);
    expect(dots).toEqual([expect.closeTo(xOf(first + 2 * MINUTE)), expect.closeTo(xOf(second + 2 * MINUTE))]);
  });

  it('begins anew even where no sample is missing between two steps', async () => {
    const on = [...failing(CHANGES[0], CHANGES[1] + MINUTE, 30, 0.01), ...failing(CHANGES[1], TO, 300, 0.02)];
    const { sheet } = await sceneOf(cohorts([panelOf('Errors', 'ratio', [lineOf('on', on)])]), 'light');
    const lines = sheet.lines.filter(({ color, width }) => color === ON.line && width < 4);
    expect(new Set(lines.map(({ line }) => line)).size).toBe(3);
  });

  it('goes on counting when another flag changes', async () => {
    const other = { kind: 'flag' as const, at: CHANGES[0] + 10.5 * MINUTE, label: 'other-flag 5 %' };
    const { sheet, texts } = await sceneOf(cohorts([ERRORS], [...FLAGS, other]), 'light');
    expect(texts.some(({ text }) => text.startsWith('other-'))).toBe(true);
    expect(sheet.lines.filter(({ color, width }) => color === ON.line && width > 4)).toHaveLength(4);
  });

  it('has a gap, and no dot, where samples are missing', async () => {
    const { pieces, dots } = await strokes('cohorts with gaps', ON.line);
    expect(pieces.length).toBeGreaterThan(5);
    expect(dots).toHaveLength(2);
  });

  it('keeps the lines apart when one band is far wider, and says how far that goes', async () => {
    const { sheet, texts } = await sceneOf(cohorts([ERRORS]), 'light');
    const reach = Math.max(...(ERRORS.lines[0]?.band ?? []).map(({ high }) => high));
    expect(reach).toBeGreaterThan(0.1);
    const ticks = texts.map(({ text }) => Number(text)).filter((tick) => tick <= 100);
    expect(Math.max(...ticks)).toBe(4);
    expect(texts.map(({ text }) => text)).toContain('on’s band to 11.4 %');
    const plot = sheet.rules.filter(({ color, y, y2 }) => color === paletteOf('light').grid && y === y2);
    const [top, bottom] = [Math.min(...plot.map(({ y }) => y)), Math.max(...plot.map(({ y }) => y))];
    for (const { y, y2 } of sheet.areas) {
      expect(y).toBeGreaterThanOrEqual(top);
      expect(y2).toBeLessThanOrEqual(bottom);
    }
  });

  it('does not flatten the lines for a failure among the first requests either', async () => {
    const words = await wordsOf('cohorts of few requests');
    expect(words).toContain('on’s line to 33.3 %');
    expect(words.map(Number).filter((tick) => tick <= 100 && tick > 2)).toEqual([]);
  });

  it('gives bands the room where the lines lie on zero', async () => {
    const words = await wordsOf('cohorts without failures');
    expect(words).toContain('on 0 %');
    expect(Math.max(...words.map(Number).filter(Number.isFinite))).toBeGreaterThanOrEqual(0.25);
  });

  it('starts errors at zero, and says where another axis does not', async () => {
    expect(await wordsOf('cohorts')).toContain('0');
    expect((await wordsOf('cohorts not from zero')).join(' ')).toMatch(/axis from \d+ · on’s band goes on/);
  });

  it('says whom nothing was seen of, and “no data” where it was of neither', async () => {
    expect(await wordsOf('cohorts without one of them')).toEqual(
      expect.arrayContaining(['on: no data', 'off 0.4 %', 'on 624 ms', 'off: no data']),
    );
    const words = await wordsOf('cohorts without data');
    expect(words.filter((text) => text === 'no data')).toHaveLength(2);
    expect(words).toContain('Prometheus did not answer within 10 s.');
    expect(words.some(isLabel)).toBe(false);
  });

  it('shows a single sample as a dot in its band', async () => {
    const { sheet } = await sceneOf(drawn('cohorts of one sample'), 'light');
    expect((await strokes('cohorts of one sample', ON.line)).dots).toEqual([
      expect.closeTo(xOf(TO - MINUTE)),
    ]);
    const band = sheet.areas.filter(({ color }) => color === ON.band).map(({ x }) => x);
    expect(Math.max(...band) - Math.min(...band)).toBeGreaterThan(4);
  });

  it('never cuts a figure: it stands below its name where both have no room', async () => {
    const words = await wordsOf('cohorts of rare failures');
    expect(words).toEqual(expect.arrayContaining(['on', '0.0012 %', 'off', '<0.0001 %']));
  });

  it('leads lines that ended long ago to their values', async () => {
    const { sheet } = await sceneOf(cohorts([ERRORS]), 'light');
    const leaders = sheet.rules.filter(({ dash }) => dash[0] === 1 && dash[1] === 3);
    expect(leaders.map(({ x }) => x)).toEqual([
      expect.closeTo(xOf(CHANGES[2]) + 4),
      expect.closeTo(xOf(CHANGES[2]) + 4),
    ]);
  });

  it('names each step on a dashed amber line, and a deploy and an onset at the same time too', async () => {
    const { sheet, texts } = await sceneOf(drawn('cohorts with a deploy beside the step'), 'light');
    const words = texts.map(({ text }) => text);
    expect(words).toEqual(expect.arrayContaining(['1 %', '10 %', '0 %', 'v1.4.2', 'began']));
    expect(words.join(' ')).not.toMatch(/without a name/);
    const amber = sheet.rules.filter(({ color }) => color === paletteOf('light').flag);
    expect(new Set(amber.map(({ dash }) => dash.join(' ')))).toEqual(new Set(['4 3']));
    expect(new Set(amber.map(({ x }) => Math.round(x)))).toEqual(
      new Set(CHANGES.map((at) => Math.round(xOf(at)))),
    );
  });

  it('says what bands are, the zone, and its id', async () => {
    const words = (await wordsOf('cohorts')).join(' · ');
    expect(words).toContain('bands: 95 % interval, counted since each step');
    expect(words).toContain('Europe/Berlin');
    expect(words).toContain('s_8f31c2e');
    expect(words).not.toContain('1m steps');
    expect((await wordsOf('cohorts without bands')).join(' · ')).not.toContain('bands:');
  });
});

describe('any rollout', () => {
  it('has its lines and bands inside of their panel, and no text over other text', async () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    const estimates = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 70 }), amount, amount, amount), { maxLength: 20 })
      .map((rows) => [...new Map(rows.map((row) => [row[0], row])).values()].toSorted(([a], [b]) => a - b))
      .map((rows) =>
        rows.map(([minute, value, below, above]) => ({
          ...{ at: FROM + minute * MINUTE, value, low: Math.max(0, value - below) },
          high: above > 9e5 ? Number.POSITIVE_INFINITY : value + above,
        })),
      );
    const rollout = fc.record({
      on: estimates,
      off: estimates,
      unit: fc.constantFrom('ratio' as const, 'seconds' as const, 'perSecond' as const),
      fromZero: fc.boolean(),
      marks: fc.array(
        fc.record({
          kind: fc.constantFrom('flag' as const, 'deploy' as const),
          at: fc.integer({ min: FROM, max: TO }),
          label: fc.constantFrom('1 %', '10 %', '100 %', 'v1.4.2', 'new-checkout 25 %', 'other-flag 5 %'),
        }),
        { maxLength: 8 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(rollout, async ({ on, off, unit, fromZero, marks }) => {
        const lines = [lineOf('on', on), lineOf('off', off)];
        const made = cohorts([panelOf('Duration, 99th percentile', unit, lines, { fromZero })], marks);
        const { sheet, texts } = await sceneOf(made, 'light');
        expect(faultsIn(sheet, texts)).toEqual([]);
        const bottom = sheet.height - 8 - 150 + 126;
        for (const y of [...sheet.lines.map((p) => p.y), ...sheet.areas.flatMap((p) => [p.y, p.y2])]) {
          expect(y).toBeGreaterThanOrEqual(bottom - 96 - 0.1);
          expect(y).toBeLessThanOrEqual(bottom + 0.1);
        }
      }),
      { numRuns: 80 },
    );
  });
});

describe('a rollout for whoever cannot see it', () => {
  it('says the flag, its steps, and what both came to, with the intervals', () => {
    const words = altText(drawn('cohorts'));
    expect(words).toMatch(/^new-checkout in checkout, on against off\. /);
    expect(words).toContain(
      'Errors, % of requests: on 2.1 % at 13:50 (95 % interval 1.8 % to 2.5 %), off 0.4 % at 13:50 (95 % interval 0.35 % to 0.46 %)',
    );
    expect(words).toMatch(/Duration, 99th percentile: on 624 ms at 13:50 \(95 % interval \d+ ms to \d+ ms\)/);
    expect(words).toMatch(/flag 1 % at 12:58\. flag 10 % at 13:30\. flag 0 % at 13:50$/);
  });

  it('says whom nothing was seen of, what went wrong, and which interval has no end', () => {
    expect(altText(drawn('cohorts without one of them'))).toContain('on: no data, off 0.4 %');
    expect(altText(drawn('cohorts without data'))).toMatch(
      /Errors, % of requests: no data\. .*Prometheus did not answer/,
    );
    expect(altText(drawn('cohorts whose interval has no end'))).toContain(
      'on 2.5 s (95 % interval 900 ms or more)',
    );
    expect(altText(drawn('cohorts without bands'))).not.toContain('interval');
  });
});
